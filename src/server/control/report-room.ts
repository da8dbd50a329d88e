import type { ApiEvent } from '../../protocol/http-api/event.ts';
import { type HeldRoom, resourceOf } from './held-room.ts';

/** Levels come ten times a second; who looks at them needs no more than five. */
const LEVELS_INTERVAL_MS = 150;

/** Tells of what happens in a room by itself. */
export function reportRoom(held: HeldRoom, tell: (event: ApiEvent) => void): void {
  const { events, chat, name: room } = held.room;
  let lastLevelsMs = -Infinity;
  events.on('speaker', () => {
    tell({ type: 'room-changed', room, resource: resourceOf(held) });
  });
  chat.events.on('message', (message) => {
    tell({ type: 'message', room, message });
  });
  events.on('speaking', (connection, speaking) => {
    tell({ type: 'speaking', room, connection, speaking });
  });
  events.on('levels', (levels) => {
    const nowMs = performance.now();
    if (nowMs - lastLevelsMs < LEVELS_INTERVAL_MS) return;
    lastLevelsMs = nowMs;
    tell({ type: 'levels', room, levels: Object.fromEntries(levels) });
  });
}
