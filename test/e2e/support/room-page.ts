import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { Person } from './person.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core');

interface Axe {
  run(
    context: Document,
    options: object,
  ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
}

/** The room page on the server at `origin`. */
export function roomPage(origin: string, room = 'lobby'): string {
  return `${origin}/rooms/${encodeURIComponent(room)}`;
}

/** Types a name and joins; resolves when picture and sound are there. */
export async function joinRoom(person: Person, origin: string, name: string): Promise<void> {
  await person.open(roomPage(origin));
  await person.page.fill('#name', name);
  await person.page.waitForFunction(
    () => document.querySelector<HTMLVideoElement>('#preview-video')?.srcObject !== null,
  );
  await person.page.click('#join');
  await person.page.waitForFunction(() => document.body.dataset.progress === 'on');
  // What is sent is a stream that the page has put together; the probe knows those of the devices.
  await person.page.evaluate(() => {
    const own = document.querySelector<HTMLVideoElement>('.own video')?.srcObject;
    if (own instanceof MediaStream) probe.ownStreams.add(own.id);
  });
}

/** Waits until the boxes of others are exactly these, by their captions, in any order. */
export async function waitForBoxes(person: Person, captions: readonly string[]): Promise<void> {
  const found = () =>
    [...document.querySelectorAll<HTMLElement>('.media-container:not(.own, .empty)')]
      .map((box) => box.getAttribute('aria-label') ?? '')
      .sort()
      .join();
  const wanted = captions.toSorted().join();
  await person.page
    .waitForFunction(
      (text) => {
        const boxes = [...document.querySelectorAll<HTMLElement>('.media-container:not(.own, .empty)')];
        const shown = boxes.map((box) => box.getAttribute('aria-label') ?? '');
        return shown.sort().join() === text;
      },
      wanted,
      { timeout: 30_000 },
    )
    .catch(async (cause: unknown) => {
      throw new Error(`${person.name} should see [${wanted}], but sees [${await person.page.evaluate(found)}]`, {
        cause,
      });
    });
}

/** Waits until a box of somebody else, by its caption, has painted more frames. */
export async function waitForMotion(person: Person, caption: string): Promise<void> {
  const frames = (label: string) =>
    [...document.querySelectorAll<HTMLVideoElement>('.media-container:not(.own) video')]
      .find((video) => video.getAttribute('aria-label') === label)
      ?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  const before = await person.page.evaluate(frames, caption);
  await person.page.waitForFunction(
    ([label, start]) =>
      [...document.querySelectorAll<HTMLVideoElement>('.media-container:not(.own) video')].some(
        (video) =>
          video.getAttribute('aria-label') === label && video.getVideoPlaybackQuality().totalVideoFrames > start + 2,
      ),
    [caption, before] as const,
  );
}

/** Expects axe-core to find nothing serious or critical in the page as it is now. */
export async function expectAccessible(person: Person): Promise<void> {
  // Not as a script of the page, whose content policy refuses foreign ones.
  await person.page.evaluate(await readFile(AXE, 'utf8'));
  const violations = await person.page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const result = await axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes.map(({ html }) => html) }));
  });
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
}
