import type { RoomResource } from '../../protocol/http-api/room.ts';
import type { LogEvent } from './event-log.ts';
import { messageText } from './message-text.ts';
import { changedSettings, settingInWords } from './room-change.ts';
import type { Rooms } from './rooms-state.ts';
import type { Words } from './words.ts';

function nameOf(rooms: Rooms | undefined, room: string, id: string): string {
  return rooms?.get(room)?.connections.find((connection) => connection.id === id)?.name ?? id;
}

/** What has changed of a room: settings, and who has the floor. Empty when nothing has. */
function changeInWords(before: RoomResource | undefined, now: RoomResource, words: Words): string[] {
  if (before === undefined) return [];
  const settings = changedSettings(before, now).map((setting) => settingInWords(setting, now, words));
  if (before.speaker === now.speaker) return settings;
  const speaker = now.connections.find(({ id }) => id === now.speaker)?.name ?? now.speaker;
  const { floor, nobody } = words.log;
  return [...settings, speaker === null ? nobody : floor(speaker)];
}

/** What an event says, in one sentence; `rooms` = as they were before it. */
export function eventSentence(event: LogEvent, rooms: Rooms | undefined, words: Words): string {
  const { sentences } = words.log;
  switch (event.type) {
    case 'reset':
      return sentences.reset();
    case 'room-created':
    case 'room-deleted':
      return sentences[event.type]();
    case 'room-changed':
      return sentences['room-changed'](
        changeInWords(rooms?.get(event.room), event.resource, words).join(words.log.and),
      );
    case 'connection-added':
      return sentences['connection-added'](event.connection.id);
    case 'connection-changed': {
      const { name, state } = event.connection;
      return sentences['connection-changed'](name, words.person.states[state], event.reason ?? '');
    }
    case 'draining':
      return sentences.draining(new Date(event.endsAt).toLocaleTimeString());
    case 'connection-removed':
      return sentences['connection-removed'](event.connection);
    case 'message': {
      const { from, name, data } = event.message;
      return sentences.message(from === null ? words.chat.operator : (name ?? from), messageText(data, words));
    }
    case 'speaking':
      return sentences[event.speaking ? 'speaking' : 'silent'](nameOf(rooms, event.room, event.connection));
  }
}
