import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Contest, contestFor, hear, LOUDEST } from '../../../src/server/room/loudest.ts';

const STEP_MS = LOUDEST.periodMs;

/** Levels over time: each letter's text is one step of 100 ms; `#` = loud, `+` = as loud as speech is, `.` = a quiet room, space = silence. */
type Traces = Record<string, string>;
const LEVEL: Record<string, number> = { '#': -15, '+': -25, '.': -70 };

/** Who has the floor after each step. */
function run(speaker: string | null, traces: Traces, from: Contest = contestFor(speaker, 0)): (string | null)[] {
  let contest = from;
  const steps = Math.max(...Object.values(traces).map(({ length }) => length));
  return Array.from({ length: steps }, (_, step) => {
    const levels = new Map(
      Object.entries(traces).flatMap(([id, trace]) => {
        const db = LEVEL[trace[step] ?? ' '];
        return db === undefined ? [] : [[id, db] as const];
      }),
    );
    contest = hear(contest, levels, contest.heardMs + STEP_MS);
    return contest.speaker;
  });
}

/** A second of settled speech of whoever has the floor. */
const settled = (speaker: string) => {
  let contest = contestFor(speaker, 0);
  for (let step = 1; step <= 30; step++) contest = hear(contest, new Map([[speaker, -25]]), step * STEP_MS);
  return contest;
};

describe('the floor by loudness', () => {
  it.each<[string, Traces, string]>([
    ['a cough while the speaker talks', { a: '++++++++++++++++++++', b: '     ####           ' }, 'a'],
    ['a cough while the speaker pauses', { a: '+++          +++++++', b: '    ####            ' }, 'a'],
    ['two coughs', { a: '+++            +++++', b: '    ###   ###       ' }, 'a'],
    ['words between the speaker’s words', { a: '+++ +++ ++++ +++ +++', b: '   +   +    +   +   ' }, 'a'],
    ['the noise of a quiet room', { a: '++                  ', b: '....................' }, 'a'],
    ['silence of all', { a: '                    ', b: '                    ' }, 'a'],
    [
      'an interruption of a second, louder than the speaker',
      { a: '++++++++++++++++++++', b: '     ##########     ' },
      'b',
    ],
    [
      'an interruption of a second before which the speaker stops',
      { a: '+++++               ', b: '     ++++++++++     ' },
      'b',
    ],
    ['a second of speech with pauses between the words', { a: '++                  ', b: '     ++ +++ ++ +++  ' }, 'b'],
    ['somebody as loud as the speaker at the same time', { a: '++++++++++++++++++++', b: '++++++++++++++++++++' }, 'a'],
  ])('after %s', (_, traces, winner) => {
    expect(run('a', traces, settled('a')).at(-1)).toBe(winner);
  });

  it('goes to the first who speaks when nobody has it, not to one who coughs', () => {
    expect(run(null, { a: '###       ', b: '  ++++++++' }).at(-1)).toBe('b');
    expect(run(null, { a: '###                 ' }).at(-1)).toBeNull();
  });

  it('goes to the louder of two who begin together', () => {
    expect(run(null, { a: '++++++++++', b: '##########' }).at(-1)).toBe('b');
  });

  it('is left for a moment with somebody who was just given it', () => {
    expect(run('a', { b: '++++++' })).toEqual(Array(6).fill('a'));
    expect(run('a', { b: '++++++++++++++++++++' }).at(-1)).toBe('b');
  });

  it('comes after takeMs of louder speech, at the step at which that has been spoken', () => {
    const floors = run('a', { b: '##########' }, settled('a'));
    expect(floors.indexOf('b')).toBe(LOUDEST.takeMs / STEP_MS - 1);
  });

  const traces = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.array(fc.constantFrom('#', '+', '.', ' '), { minLength: 1, maxLength: 60 }).map((steps) => steps.join('')),
    { minKeys: 1 },
  );

  it('is taken only by somebody who speaks at that moment and has spoken for takeMs, and never given up to silence', () => {
    fc.assert(
      fc.property(traces, fc.constantFrom('a', 'b', null), (traceOf, first) => {
        let before: string | null = first;
        for (const [step, speaker] of run(first, traceOf).entries()) {
          if (speaker !== before) {
            expect(speaker).not.toBeNull();
            const spoken = traceOf[speaker!]!.slice(0, step + 1);
            expect('#+').toContain(spoken.at(-1));
            expect(spoken.replace(/[^#+]/g, '').length * STEP_MS).toBeGreaterThanOrEqual(LOUDEST.takeMs);
          }
          before = speaker;
        }
      }),
    );
  });

  it('changes at most once in takeMs', () => {
    fc.assert(
      fc.property(traces, (traceOf) => {
        const floors = run(null, traceOf);
        const changes = floors.flatMap((speaker, step) => (speaker !== (floors[step - 1] ?? null) ? [step] : []));
        for (const [index, step] of changes.slice(1).entries())
          expect((step - changes[index]!) * STEP_MS).toBeGreaterThanOrEqual(LOUDEST.takeMs);
      }),
    );
  });
});
