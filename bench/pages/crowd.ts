import type { Page } from 'playwright-core';
import { withDeadline } from '../../src/common/deadline.ts';
import type { Person } from '../../test/e2e/support/person.ts';

const PAINT_TIMEOUT_MS = 60_000;

declare global {
  /** In a tab of a crowd: the ms from the button to the first painted frame. */
  var crowdJoin: Promise<number>;
}

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
    await Promise.all(
      this.#pages.map((page, index) => page.evaluate(joinOnSignal, { id: ids[index] ?? '', colour } as const)),
    );
    await this.#pages[0]?.evaluate(() => {
      new BroadcastChannel('crowd').postMessage('join');
    });
    let painted = 0;
    const joins = this.#pages.map(async (page) => {
      const ms = await page.evaluate(() => crowdJoin);
      painted++;
      return ms;
    });
    const late = () =>
      new Error(`${painted} of ${joins.length} tabs have painted a frame after ${PAINT_TIMEOUT_MS} ms`);
    return withDeadline(Promise.all(joins), PAINT_TIMEOUT_MS, late);
  }

  /** Lets all tabs leave the call; they stay open. */
  async leave(): Promise<void> {
    for (const page of this.#pages)
      await page.evaluate(() => document.querySelector<HTMLElement>('#leave-room')?.click());
    await this.settle('idle');
  }
}

/** Runs inside a page: fills in the id, and presses the button when all tabs are told to. */
function joinOnSignal({ id, colour }: { id: string; colour: string }): void {
  const field = document.querySelector<HTMLInputElement>('#room-id');
  if (field) field.value = id;
  const painted = firstFrame(colour);
  const channel = new BroadcastChannel('crowd');
  globalThis.crowdJoin = new Promise((resolve) => {
    channel.onmessage = () => {
      channel.close();
      document.querySelector<HTMLElement>('#join-room')?.click();
      void painted.then((paintedAt) => {
        resolve(paintedAt - probe.pressedAt);
      });
    };
  });
}
