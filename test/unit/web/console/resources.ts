import type { ConnectionResource, RoomResource } from '../../../../src/protocol/http-api/room.ts';

/** A connection as the API shows it, with what a test says of it. */
export function connection(id: string, given: Partial<ConnectionResource> = {}): ConnectionResource {
  return {
    id,
    name: id,
    state: 'waiting',
    user: null,
    since: '2026-01-01T12:00:00.000Z',
    muted: { audio: false, video: false },
    selfMuted: { audio: false, video: false },
    speaking: false,
    role: 'participant',
    temporary: false,
    maxVideoBitrateBps: null,
    ...given,
  };
}

/** A room as the API shows it, with what a test says of it. */
export function room(name: string, given: Partial<RoomResource> = {}): RoomResource {
  return {
    name,
    layout: 'gallery',
    sound: 'mix',
    speakerPolicy: 'manual',
    locked: false,
    maxUsers: null,
    chatHistory: 0,
    maxVideoBitrateBps: null,
    codec: 'vp8',
    speaker: null,
    connections: [],
    ...given,
  };
}
