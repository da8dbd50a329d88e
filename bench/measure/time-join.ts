import { withDeadline } from '../../src/common/deadline.ts';
import type { Person } from '../../test/e2e/support/person.ts';

const PAINT_TIMEOUT_MS = 20_000;

/** One visit: opens the page, joins, waits for `colour`, leaves; answers the ms from the button to the first painted frame. */
export async function timeJoin(person: Person, url: string, id: string, colour: string): Promise<number> {
  await person.open(url);
  const painted = person.page.evaluate((wanted) => firstFrame(wanted), colour);
  await person.join(id);
  const late = () => new Error(`${person.name} has not seen ${colour} after ${PAINT_TIMEOUT_MS} ms`);
  const paintedAt = await withDeadline(painted, PAINT_TIMEOUT_MS, late);
  const pressedAt = await person.pressedAt();
  await person.leave();
  return paintedAt - pressedAt;
}
