import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Stage, type Told, WEBSTREAMER } from './stage.ts';

/** One line of a session recorded at an original server: what users sent it (`c>s`), and what it told them. */
interface Line {
  dir: 'connect' | 'disconnect' | 'c>s' | 's>c' | 's>c ack';
  user: string;
  event: string;
  args?: unknown[];
  query: Record<string, string>;
  reason: string;
}

/** What one thing that a user did led to. */
interface Step {
  line: Line;
  ack: readonly unknown[] | undefined;
  told: Told[];
}

/** The session step by step; SDP and most candidates, or all, have been taken out of it. */
function recorded(session: string): Step[] {
  const steps: Step[] = [];
  for (const text of readFileSync(`test/unit/bridge/fixtures/${session}.jsonl`, 'utf8').trim().split('\n')) {
    const line = JSON.parse(text) as Line;
    const step = steps.at(-1);
    if (line.dir === 's>c') step?.told.push({ to: line.user, event: line.event, args: line.args ?? [] });
    else if (line.dir === 's>c ack' && step) step.ack = line.args;
    else if (line.dir !== 's>c ack') steps.push({ line, ack: undefined, told: [] });
  }
  return steps;
}

function replay(stage: Stage, { line }: Step, query: Record<string, string> = {}): Omit<Step, 'line'> {
  let ack: readonly unknown[] | undefined;
  if (line.dir === 'connect') stage.connect(line.query.userid!, { query: { ...line.query, ...query } });
  else if (line.dir === 'c>s') ack = stage.ask(line.user, line.event, ...(line.args ?? []));
  else {
    // The recorded servers know no time of grace.
    stage.lose(line.user);
    stage.ring(line.user, 'grace');
  }
  return { ack, told: stage.told };
}

/** What our bridge leaves out on purpose: things said twice, one's own extra data, the handing over among legacy pages. */
function withoutEchoes(told: Told[]): Told[] {
  const seen = new Set<string>();
  return told.filter((one) => {
    const text = JSON.stringify(one);
    const isEcho = seen.has(text) || (one.event === 'extra-data-updated' && one.args[0] === one.to);
    seen.add(text);
    return !isEcho && one.event !== 'become-next-modrator';
  });
}

/** No password is `false` here, and sometimes nothing there. */
const withoutFalse = (key: string, value: unknown) =>
  key === 'isPasswordProtected' && value === false ? undefined : value;

function answersOf(steps: Omit<Step, 'line'>[]): { acks: unknown; told: Told[] } {
  const acks = steps.flatMap(({ ack }) => (ack ? [ack] : []));
  return {
    acks: JSON.parse(JSON.stringify(acks, withoutFalse)),
    told: withoutEchoes(steps.flatMap(({ told }) => told)),
  };
}

describe('a session recorded at an original server goes the same way here', () => {
  it.each([
    'current-join',
    'current-reload',
    'current-room-full',
    'current-two-pages',
    'current-join-missing',
    'current-disconnect-with',
    'current-extra',
    'legacy-join',
    'legacy-two-pages-joiner-leaves',
    'current-chat',
    'current-ice-restart',
    'current-leave',
    'current-several-streams',
    'current-mute',
    'current-screen',
    'current-socket-drop',
    'current-ice-failed',
    'current-glare',
    'current-two-pages-opener-leaves',
    'current-two-pages-joiner-killed',
    'legacy-join-missing',
  ])('%s', (session) => {
    const stage = new Stage();
    const steps = recorded(session);
    const replayed = steps.map((step) => {
      const { ack, told } = replay(stage, step);
      return { ack: step.ack && ack, told };
    });
    expect(answersOf(replayed)).toEqual(answersOf(steps));
    expect(stage.counts).toEqual({ users: 0, rooms: 0, links: 0, waiting: 0, virtualIds: 0, timers: 0 });
  });

  it.each(['current-join', 'current-reload', 'legacy-join'])(
    '%s, with the URL and the open-room of our webstreamer',
    (session) => {
      const stage = new Stage();
      const told: Told[] = [];
      const steps = recorded(session);
      for (const step of steps) {
        const isWebstreamer = step.line.dir === 'connect' && step.line.query.userid === '1';
        told.push(...replay(stage, step, isWebstreamer ? WEBSTREAMER : {}).told);
        if (isWebstreamer) stage.ask('1', 'open-room', { sessionid: '1' });
      }
      // It never gives its room away; and once a page has said that it leaves, it is in no company any more.
      const isOther = ({ to, event }: Told) =>
        event === 'set-isInitiator-true' || (event === 'user-disconnected' && to === '1');
      const expected = answersOf(steps).told.filter((one) => !isOther(one));
      expect(told).toEqual(expected);
      expect(stage.counts.rooms).toBe(0);
    },
  );
});

/** Answers that are others here, by `<user> <event> <argument>`. */
const OTHERWISE: Record<string, unknown[]> = {
  // The length of a password is nobody's business.
  'C check-presence "r"': [true, 'r', { n: 1, _room: { isFull: true, isPasswordProtected: true } }],
  // The room's extra data are what the owner said, without the answer to an earlier question.
  'C get-public-rooms "pub"': [
    [
      {
        maxParticipantsAllowed: 2,
        owner: 'A',
        participants: ['A', 'B'],
        extra: { n: 1 },
        session: { audio: true },
        sessionid: 'r',
        isRoomFull: true,
        isPasswordProtected: true,
      },
    ],
  ],
  'A close-entire-session undefined': [true],
};

describe('every event recorded at the original server of 3.7.1', () => {
  const steps = recorded('current-every-event');
  const keyOf = ({ user, event, args }: Line) => `${user} ${event} ${JSON.stringify(args?.[0])}`;

  it.each(steps.flatMap((step, i) => (step.ack ? [[keyOf(step.line), i] as const] : [])))(
    '%s is answered in the same words, or better ones',
    (key, index) => {
      const stage = new Stage();
      // The original does nothing at close-entire-session; here the room would be gone for what follows.
      const before = steps.slice(0, index).filter(({ line }) => line.event !== 'close-entire-session');
      for (const step of before) replay(stage, step);
      expect(replay(stage, steps[index]!).ack).toEqual(OTHERWISE[key] ?? steps[index]!.ack);
    },
  );

  it('is recorded', () => {
    expect(steps.filter(({ ack }) => ack)).toHaveLength(24);
  });
});
