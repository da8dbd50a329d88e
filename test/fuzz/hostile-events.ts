import fc from 'fast-check';
import { HANDLED_EVENTS } from '../unit/bridge/handled-events.ts';
import { REQUEST } from '../unit/bridge/stage.ts';

/** Every event that the bridge knows, some that it must not take from a page, and some that nobody knows. */
const EVENTS = [
  ...HANDLED_EVENTS,
  'admin',
  'video-conference-demo',
  'custom-message',
  'user-connected',
  'user-disconnected',
  'become-next-modrator',
  'start-broadcasting',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'no such event',
  '',
];

/** Ids: of the hostile, of their rooms, of those who must not be reached, and some that are none. */
const IDS = [
  ...Array.from({ length: 12 }, (_, index) => `h${index}`),
  'room-a',
  'room-b',
  '1',
  'quiet-room',
  'quiet-anna',
  'quiet-ben',
  '__proto__',
  'constructor',
  'system',
  'admin',
  '<img src=x>',
  'a b',
  '',
  'x'.repeat(300),
];

function deep(levels: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

const id = fc.constantFrom<unknown>(...IDS);
const HUGE = 'x'.repeat(20_000);
const strange = fc.oneof(
  { weight: 6, arbitrary: fc.anything({ maxDepth: 3, withNullPrototype: false, withBigInt: false }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, '', 0, -1, NaN, true, [], {}, HUGE, deep(100)) },
  { weight: 1, arbitrary: fc.constant(Buffer.from('binary')) },
);
const words = fc.constantFrom<unknown>('secret', 'quiet', '', false, true, 7, null, 'public');
const room = fc.record(
  {
    sessionid: fc.oneof(id, strange),
    session: fc.oneof(fc.constantFrom<unknown>({ audio: true }, { oneway: true }, { broadcast: true }), strange),
    extra: fc.oneof(fc.constant({ broadcastId: 'room-a' }), strange),
    identifier: words,
    password: fc.oneof(words, strange),
  },
  { requiredKeys: [] },
);
const message = fc.oneof(
  fc.constantFrom<unknown>(
    REQUEST,
    { enableMedia: true },
    { readyForOffer: true },
    { type: 'offer', sdp: 'v=0' },
    { userLeft: true },
    { shiftedModerationControl: true, firedOnLeave: true },
    'next-possible-initiator',
  ),
  strange,
);
const envelope = fc.record(
  { remoteUserId: fc.oneof(id, strange), message, sender: id, password: words, extra: strange },
  { requiredKeys: ['remoteUserId', 'message'] },
);
const presence = fc.record({ detectPresence: fc.constant(true), userid: id });
const system = fc.record({ remoteUserId: fc.constant('system'), message: presence, sender: id });
const broadcast = fc.record({ broadcastId: id, userid: id, typeOfStreams: strange }, { requiredKeys: ['broadcastId'] });
const admin = fc.record(
  { all: words, deleteUser: words, deleteRoom: words, userid: id, roomid: id },
  { requiredKeys: [] },
);
const argument = fc.oneof(room, envelope, system, broadcast, admin, id, words, strange);

/** What a hostile socket does. `ack`: with a function, without, or with a number that stands for nothing. */
export type Deed =
  | { kind: 'emit'; who: number; event: string; args: unknown[]; ack: 'function' | 'none' }
  | { kind: 'say'; who: number; envelope: Record<string, unknown> }
  | { kind: 'raw'; who: number; packet: string }
  | { kind: 'break'; who: number }
  | { kind: 'leave'; who: number };

const who = fc.nat(11);
const raw = fc.oneof(
  fc.constantFrom(
    '2',
    '29999999999999["check-presence","1"]',
    '3999[]',
    '37["x"]',
    '4{"message":"no"}',
    '1',
    '0{"pid":7}',
    '2[]',
    '2{}',
  ),
  fc
    .record({ number: fc.nat(), event: fc.constantFrom(...EVENTS) })
    .map(({ number, event }) => `2${number}${JSON.stringify([event, null, {}])}`),
  fc.string({ maxLength: 60 }).map((text) => `2${text}`),
);

/** One deed of somebody. */
export const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 120,
    arbitrary: fc.record({
      kind: fc.constant('emit' as const),
      who,
      event: fc.constantFrom(...EVENTS),
      args: fc.array(argument, { maxLength: 3 }),
      ack: fc.constantFrom('function' as const, 'none' as const),
    }),
  },
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('say' as const), who, envelope }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('raw' as const), who, packet: raw }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who }) },
);
