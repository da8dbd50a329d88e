#!/usr/bin/env bash
# A room from its beginning to its end, with curl: examples/rooms.sh [URL of webstreamer]
set -euo pipefail
api="${1:-http://localhost:9001}/api/v1"

# call METHOD PATH [JSON]: prints the request and its answer; fails when the answer is an error.
call() {
  echo "$1 $2 ${3:-}"
  curl --silent --show-error --fail-with-body --request "$1" "$api$2" ${3:+--header 'content-type: application/json' --data "$3"}
  echo
}

call GET /health
call POST /rooms '{"name": "team", "connections": ["red", "blue"]}'
call PATCH /rooms/team '{"layout": "speaker"}'
call PUT /rooms/team/speaker '{"connection": "red"}'
call DELETE /rooms/team/speaker
call POST /rooms/team/connections '{"id": "green"}'
call DELETE /rooms/team/connections/green
call GET /rooms/team
call DELETE /rooms/team
