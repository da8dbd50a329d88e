import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alarm, isWebstreamer, type User } from '../../../src/server/bridge/state.ts';
import { HANDLED_EVENTS } from './handled-events.ts';
import { REQUEST, Stage, WEBSTREAMER } from './stage.ts';

const ids = ['a', 'b', 'c', 'd', '1', '2', 'held', '__proto__', 'constructor'];
const id = fc.constantFrom(...ids);
const event = fc.constantFrom(...HANDLED_EVENTS, 'custom-message', 'video-conference-demo', 'toString');
const roomRequest = fc.record(
  {
    sessionid: fc.oneof(id, fc.anything()),
    session: fc.constantFrom({}, { oneway: true }, null, 7),
    extra: fc.oneof(fc.constant({ n: 1 }), fc.anything()),
    identifier: fc.constantFrom('', 'public', 7),
    password: fc.constantFrom('', 'secret', false, {}),
  },
  { requiredKeys: [] },
);
const message = fc.oneof(
  fc.constantFrom<unknown>(REQUEST, { userLeft: true }, { enableMedia: true }, 'next-possible-initiator', null),
  fc.anything({ maxDepth: 2 }),
);
const envelope = fc.record(
  { remoteUserId: fc.oneof(id, fc.constant('system')), sender: id, message, password: fc.constantFrom('', 'secret') },
  { requiredKeys: ['remoteUserId', 'message'] },
);

type Act =
  | { act: 'connect'; who: string; webstreamer: boolean; client: 'same' | 'another' | 'old'; full: boolean }
  | { act: 'event'; who: string; event: string; args: unknown[] }
  | { act: 'say'; who: string; envelope: Record<string, unknown> }
  | { act: 'lose'; who: string }
  | { act: 'leave'; who: string }
  | { act: 'ring'; who: string; alarm: Alarm };

const broadcast = fc.record({ broadcastId: id, userid: id }, { requiredKeys: ['broadcastId'] });
const argument = fc.oneof(roomRequest, broadcast, id, fc.constantFrom('secret', ''), fc.anything({ maxDepth: 2 }));
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('connect' as const),
      who: id,
      webstreamer: fc.boolean(),
      client: fc.constantFrom('same', 'another', 'old'),
      full: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('event' as const),
      who: id,
      event,
      args: fc.array(argument, { maxLength: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ act: fc.constant('say' as const), who: id, envelope }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('lose' as const), who: id }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('leave' as const), who: id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('ring' as const),
      who: id,
      alarm: fc.constantFrom<Alarm>('grace', 'silence', 'request'),
    }),
  },
);

function perform(stage: Stage, act: Act): void {
  if (act.act === 'connect') {
    stage.connect(act.who, {
      client: act.client,
      query: act.webstreamer
        ? WEBSTREAMER
        : {
            maxParticipantsAllowed: act.full ? '1' : '1000',
            enableScalableBroadcast: 'true',
            maxRelayLimitPerUser: '1',
          },
    });
    return;
  }
  const user = stage.state.users.get(act.who);
  if (!user) return;
  if (act.act === 'ring') stage.ring(act.who, act.alarm);
  else if (user.lost)
    return; // it has no socket to say anything by
  else if (act.act === 'lose') stage.lose(act.who);
  else if (act.act === 'leave') stage.leave(act.who);
  else if (act.act === 'event') stage.ask(act.who, act.event, ...act.args);
  else stage.ask(act.who, user.messageEvent, { sender: act.who, ...act.envelope });
}

function checkBooks({ state, alarms }: Stage): void {
  for (const [userId, user] of state.users) {
    expect(user.id).toBe(userId);
    for (const other of user.links) expect(state.users.get(other)?.links.has(userId)).toBe(true);
    for (const virtualId of user.virtualIds) expect(state.virtualIds.get(virtualId)).toBe(userId);
    if (user.roomId !== null) expect(state.rooms.get(user.roomId)?.participants).toContain(userId);
  }
  for (const [roomId, room] of state.rooms) {
    expect(room.participants).toContain(room.owner);
    expect(new Set(room.participants).size).toBe(room.participants.length);
    expect(room.participants.length).toBeLessThanOrEqual(room.maxParticipants);
    for (const participant of room.participants) expect(state.users.get(participant)?.roomId).toBe(roomId);
  }
  checkBroadcasts(state);
  for (const requests of state.waiting.values()) {
    for (const { user } of requests) expect(alarms.get(user)?.has('request')).toBe(true);
  }
  for (const user of alarms.keys()) expect(state.users.get(user.id)).toBe(user);
}

/** Each broadcast is a tree: whoever receives is known to the one that it receives from, and the way ends at the initiator. */
function checkBroadcasts({ users }: Stage['state']): void {
  for (const { id, broadcast } of users.values()) {
    if (!broadcast) continue;
    for (const receiver of broadcast.to)
      expect(users.get(receiver)?.broadcast).toMatchObject({ id: broadcast.id, from: id });
    expect(broadcast.isInitiator).toBe(broadcast.id === id);
    if (broadcast.isInitiator) expect(broadcast.from).toBeNull();
    const way = [id];
    for (let from = broadcast.from; from !== null; from = users.get(from)?.broadcast?.from ?? null) {
      expect(way).not.toContain(from);
      expect(users.get(from)?.broadcast?.to.has(way.at(-1)!)).toBe(true);
      way.push(from);
    }
  }
}

/** Where a user stands: whom it talks to, and the room it is in. */
function standing(stage: Stage, user: User) {
  const room = user.roomId === null ? undefined : stage.state.rooms.get(user.roomId);
  const relays = [
    ...(user.broadcast?.to ?? []),
    ...(typeof user.broadcast?.from === 'string' ? [user.broadcast.from] : []),
  ];
  const company = new Set([...user.links, ...(room?.participants ?? []), ...relays]);
  return { company, room: user.roomId, isWebstreamer: isWebstreamer(stage.state, user) };
}

const run = { numRuns: 300, seed: 20261123 };

describe('whatever users do, in whatever order', () => {
  it('nothing is thrown, the books balance after each act, and nothing is left at the end', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { minLength: 10, maxLength: 60, size: 'max' }), (acts) => {
        const stage = new Stage();
        for (const act of acts) {
          perform(stage, act);
          checkBooks(stage);
        }
        for (const user of [...stage.state.users.values()]) stage.leave(user.id);
        expect(stage.counts).toEqual({ users: 0, rooms: 0, links: 0, waiting: 0, virtualIds: 0, timers: 0 });
      }),
      run,
    );
  });

  it('a peer message is heard by the sender’s company; only a webstreamer and a user in no room speak to each other from outside', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { minLength: 10, maxLength: 60, size: 'max' }), (acts) => {
        const stage = new Stage();
        stage.call('1', 'a');
        stage.call('2', 'b');
        for (const page of ['c', 'd']) stage.connect(page);
        for (const act of acts) {
          const user = act.act === 'say' ? stage.state.users.get(act.who) : undefined;
          const before = user && standing(stage, user);
          const receivers = new Map([...stage.state.users.values()].map((one) => [one.id, standing(stage, one)]));
          stage.told.splice(0);
          perform(stage, act);
          if (!user || !before) continue;
          const entered = user.roomId === before.room ? undefined : stage.state.rooms.get(user.roomId ?? '');
          for (const { to, event: told, args } of stage.told) {
            if (told !== 'video-conference-demo' || to === user.id) continue;
            const { sender } = args[0] as { sender: string };
            const receiver = receivers.get(to)!;
            const fromOutside =
              (before.room === null && receiver.isWebstreamer) ||
              (before.isWebstreamer && receiver.room === null) ||
              ((before.room === null || user.roomId === null) && receiver.room === null);
            expect({
              isSender: sender === user.id || user.virtualIds.has(sender),
              mayHear: before.company.has(to) || entered?.participants.includes(to) === true || fromOutside,
            }).toEqual({ isSender: true, mayHear: true });
          }
        }
      }),
      run,
    );
  });

  it('an id that a webstreamer holds stays its own until it goes, also while its socket is lost', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { minLength: 10, maxLength: 60, size: 'max' }), (acts) => {
        const stage = new Stage();
        stage.webstreamer('held');
        for (const act of acts) {
          // Its socket may break, and pages may come under its id; nothing else is done in its name.
          const isOutside = act.act === 'lose' || (act.act === 'connect' && !act.webstreamer);
          if (act.who === 'held' && !isOutside) continue;
          perform(stage, act);
          expect(stage.state.rooms.get('held')).toMatchObject({ owner: 'held' });
          expect(stage.state.rooms.get('held')?.participants.length).toBeLessThanOrEqual(2);
        }
      }),
      run,
    );
  });
});
