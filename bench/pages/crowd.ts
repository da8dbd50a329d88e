import type { Page } from 'playwright-core';
import { withDeadline } from '../../src/common/deadline.ts';
import type { Person } from '../../test/e2e/support/person.ts';

const PAINT_TIMEOUT_MS = 90_000;
/** Long enough for each page to hear of the moment before it comes. */
const NOTICE_MS = 1_000;

/** Many tabs of one browser. */
export class Crowd {
  readonly #pages: Page[];

  private constructor(pages: Page[]) {
    this.#pages = pages;
  }

  /** Opens `count` tabs at `url` in the browser of a person. */
  static async open(person: Person, url: string, count: number): Promise<Crowd> {
    const pages: Page[] = [];
    for (let index = 0; index < count; index++) {
      const page = await person.context.newPage();
      await page.goto(url);
      pages.push(page);
    }
    return new Crowd(pages);
  }

  /** Lets each tab open a room of its own; resolves when all are open. */
  async openRooms(ids: readonly string[]): Promise<void> {
    for (const [index, page] of this.#pages.entries()) {
      await page.fill('#room-id', ids[index] ?? '');
      await page.click('#open-room');
    }
    await this.settle('open');
  }

  /** Resolves when all tabs are in a state. */
  async settle(state: 'idle' | 'open'): Promise<void> {
    for (const page of this.#pages) await page.locator(`body[data-state=${state}]`).waitFor();
  }

  /** Lets all tabs join in one moment; answers the ms from the button to the first painted frame of the colour, of each. */
  async join(ids: readonly string[], colour: string): Promise<number[]> {
    const at = performance.timeOrigin + performance.now() + NOTICE_MS;
    const times = this.#pages.map((page, index) =>
      page.evaluate(joinAt, { at, id: ids[index] ?? '', colour } as const).then((ms) => {
        if (ms === null) throw new Error(`tab ${index} heard of the moment too late`);
        return ms;
      }),
    );
    const late = () => new Error(`not every tab has painted a frame after ${PAINT_TIMEOUT_MS} ms`);
    return withDeadline(Promise.all(times), PAINT_TIMEOUT_MS, late);
  }

  /** Lets all tabs leave the call; they stay open. */
  async leave(): Promise<void> {
    for (const page of this.#pages)
      await page.evaluate(() => document.querySelector<HTMLElement>('#leave-room')?.click());
    await this.settle('idle');
  }
}

/** Runs inside a page; null when the moment has passed already. */
async function joinAt({ at, id, colour }: { at: number; id: string; colour: string }): Promise<number | null> {
  const left = at - probe.now();
  if (left < 0) return null;
  const field = document.querySelector<HTMLInputElement>('#room-id');
  if (field) field.value = id;
  const painted = firstFrame(colour);
  await new Promise((resolve) => setTimeout(resolve, left));
  document.querySelector<HTMLElement>('#join-room')?.click();
  return (await painted) - probe.pressedAt;
}
