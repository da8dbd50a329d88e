import { setTimeout as pause } from 'node:timers/promises';
import { withDeadline } from '../../src/common/deadline.ts';
import type { Person } from '../../test/e2e/support/person.ts';
import type { JoinStep } from '../pages/join-steps.ts';

const PAINT_TIMEOUT_MS = 20_000;
/** Somebody who has opened a page looks at it before they press a button. */
const LOOK_MS = 1_000;

/** One join: the ms from the button to the first painted frame, and to each step on the way that the page has noted. */
export interface Join {
  paintedMs: number;
  steps: Partial<Record<JoinStep, number>>;
}

/** One visit: opens the page, joins, waits for `colour`, leaves. */
export async function timeJoin(person: Person, url: string, id: string, colour: string): Promise<Join> {
  await person.open(url);
  await pause(LOOK_MS);
  const painted = person.page.evaluate((wanted) => firstFrame(wanted), colour);
  await person.join(id);
  const late = () => new Error(`${person.name} has not seen ${colour} after ${PAINT_TIMEOUT_MS} ms`);
  const paintedAt = await withDeadline(painted, PAINT_TIMEOUT_MS, late);
  const pressedAt = await person.pressedAt();
  const steps = Object.entries(
    await person.page.evaluate(() => (globalThis.joinSteps as typeof joinSteps | undefined) ?? {}),
  );
  await person.leave();
  return {
    paintedMs: paintedAt - pressedAt,
    steps: Object.fromEntries(steps.map(([step, at]) => [step, at - pressedAt])),
  };
}
