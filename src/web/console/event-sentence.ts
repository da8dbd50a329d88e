import type { RoomResource } from '../../protocol/http-api/room.ts';
import type { LogEvent } from './event-log.ts';
import { messageText } from './message-text.ts';
import { settingInWords } from './room-change.ts';
import type { Rooms } from './rooms-state.ts';
import type { Words } from './words.ts';

function nameOf(rooms: Rooms | undefined, room: string, id: string): string {
  return rooms?.get(room)?.connections.find((connection) => connection.id === id)?.name ?? id;
}

function roomInWords(room: RoomResource, words: Words): string {
  const settings = (['layout', 'sound', 'speakerPolicy', 'locked'] as const).map((setting) =>
    settingInWords(setting, room, words),
  );
  const speaker = room.connections.find(({ id }) => id === room.speaker)?.name;
  return [...settings, ...(speaker === undefined ? [] : [words.person.done.floor(speaker)])].join('; ');
}

/** What an event says, in one sentence; names are those of `rooms`. */
export function eventSentence(event: LogEvent, rooms: Rooms | undefined, words: Words): string {
  const { sentences } = words.log;
  switch (event.type) {
    case 'reset':
      return sentences.reset();
    case 'room-created':
    case 'room-deleted':
      return sentences[event.type]();
    case 'room-changed':
      return sentences['room-changed'](roomInWords(event.resource, words).replace(/[.。]$/u, ''));
    case 'connection-added':
      return sentences['connection-added'](event.connection.id);
    case 'connection-changed': {
      const { name, state } = event.connection;
      return sentences['connection-changed'](name, words.person.states[state], event.reason ?? '');
    }
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
