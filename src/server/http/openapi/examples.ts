import type { z } from 'zod';
import type { OPERATIONS, OperationName, OperationOutput } from '../../../protocol/http-api/operations.ts';
import type { ConnectionResource, RoomResource } from '../../../protocol/http-api/room.ts';

type Asked<N extends OperationName> = (typeof OPERATIONS)[N]['body'] extends z.ZodType
  ? z.input<(typeof OPERATIONS)[N]['body']>
  : never;

/** What an operation may be asked with, and answered. */
export interface Example<N extends OperationName> {
  body?: Asked<N>;
  answer?: OperationOutput<N>;
}

const ANNA: ConnectionResource = {
  id: '1',
  name: 'Anna',
  state: 'connected',
  user: 'l82n15j1y9',
  since: '2026-01-01T12:00:00.000Z',
  muted: { audio: false, video: false },
  selfMuted: { audio: true, video: false },
  speaking: false,
  role: 'participant',
  temporary: false,
  maxVideoBitrateBps: null,
};

const LOBBY: RoomResource = {
  name: 'lobby',
  layout: 'gallery',
  sound: 'mix',
  speakerPolicy: 'manual',
  locked: false,
  maxUsers: null,
  chatHistory: 0,
  maxVideoBitrateBps: null,
  codec: 'vp8',
  speaker: null,
  connections: [ANNA],
};

const EXPIRES = '2026-01-01T12:01:00.000Z';

/** Examples for the document, by operation. */
export const EXAMPLES: { [N in OperationName]?: Example<N> } = {
  getHealth: {
    answer: {
      status: 'ok',
      version: '0.1.0',
      uptimeSeconds: 3600,
      bridge: { sockets: 11, users: 11, rooms: 8 },
      rooms: { rooms: 1, connections: 8, connected: 3 },
      workers: 1,
    },
  },
  listRooms: { answer: [LOBBY] },
  createRoom: {
    body: { name: 'team', layout: 'speaker', maxUsers: 25 },
    answer: { ...LOBBY, name: 'team', layout: 'speaker', maxUsers: 25, connections: [] },
  },
  getRoom: { answer: LOBBY },
  changeRoom: { body: { layout: 'grid', locked: true }, answer: { ...LOBBY, layout: 'grid', locked: true } },
  setSpeaker: { body: { connection: '1' }, answer: { ...LOBBY, speaker: '1' } },
  addConnection: {
    body: { id: '1' },
    answer: { ...LOBBY, connections: [{ ...ANNA, name: '1', state: 'waiting', user: null, selfMuted: ANNA.muted }] },
  },
  changeConnection: {
    body: { name: 'Anna', muted: { audio: true } },
    answer: { ...LOBBY, connections: [{ ...ANNA, muted: { audio: true, video: false } }] },
  },
  joinRoom: {
    body: { name: 'Ben', role: 'participant' },
    answer: {
      room: 'lobby',
      connection: '5f0c3a9be1d24c7f8a6b2d90e4c1f735',
      name: 'Ben',
      role: 'participant',
      token: null,
      url: 'https://meet.example/rooms/lobby#place=5f0c3a9be1d24c7f8a6b2d90e4c1f735&role=participant&name=Ben',
      expiresAt: EXPIRES,
    },
  },
  makeLink: {
    body: { role: 'viewer', expiresInSeconds: 3600 },
    answer: {
      id: null,
      room: 'lobby',
      role: 'viewer',
      url: 'https://meet.example/rooms/lobby',
      token: null,
      expiresAt: '2026-01-01T13:00:00.000Z',
    },
  },
  listLinks: {
    answer: [
      {
        id: '9f3c5a0e7b214d86',
        room: 'lobby',
        role: 'host',
        name: 'Anna',
        madeBy: 'operator',
        madeAt: '2026-01-01T12:00:00.000Z',
        expiresAt: '2026-01-02T12:00:00.000Z',
      },
    ],
  },
  postMessage: {
    body: { data: 'The meeting ends at five.' },
    answer: {
      id: 8,
      at: '2026-01-01T12:00:00.000Z',
      from: null,
      name: null,
      to: null,
      data: 'The meeting ends at five.',
    },
  },
  listMessages: {
    answer: [{ id: 7, at: '2026-01-01T12:00:00.000Z', from: '1', name: 'Anna', to: null, data: 'Hello!' }],
  },
};
