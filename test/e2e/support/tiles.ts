import { GridFormat } from '../../../src/protocol/grid-format.ts';
import { layOut } from '../../../src/worker/grid-layout.ts';
import { COLOURS } from './fake-media.ts';
import type { Person } from './person.ts';

const FORMAT = GridFormat.parse({});
/** What decoding, scaling and encoding twice make of a colour. */
const TOLERANCE = 70;
const WAIT_MS = 30_000;

interface Place {
  x: number;
  y: number;
}

/** The middle of the upper half of each tile: nothing is written there. */
function tiles(count: number): Place[] {
  return layOut(FORMAT.width, FORMAT.height, count).map(({ x, y, width, height }) => ({
    x: x + width / 2,
    y: y + height / 4,
  }));
}

/** The frame beside each tile that the speaker's has. */
function frames(count: number): Place[] {
  return layOut(FORMAT.width, FORMAT.height, count).map(({ x, y, height }) => ({ x: x - 2, y: y + height / 2 }));
}

/**
 * Waits until a person has one picture, the grid, with these colours at these places: names of the cameras' colours, `mark` for the
 * speaker's frame, `other` for anything else. Resolves to when the page saw it first, in ms since 1970.
 */
async function waitForPlaces(person: Person, places: readonly Place[], colours: readonly string[]): Promise<number> {
  const seen = (given: {
    points: readonly Place[];
    wanted: string;
    table: Record<string, readonly number[]>;
    width: number;
    height: number;
    tolerance: number;
  }): number => {
    const [video, ...others] = probe.videos();
    if (!video || others.length > 0 || video.videoWidth !== given.width || video.videoHeight !== given.height) return 0;
    const canvas = Object.assign(document.createElement('canvas'), { width: given.points.length, height: 1 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('The page has no 2d canvas');
    for (const [index, { x, y }] of given.points.entries()) context.drawImage(video, x, y, 1, 1, index, 0, 1, 1);
    const found = given.points.map((_, index) => {
      const [red = 0, green = 0, blue = 0] = context.getImageData(index, 0, 1, 1).data;
      const near = ([r = 0, g = 0, b = 0]: readonly number[]) =>
        Math.hypot(red - r, green - g, blue - b) < given.tolerance;
      return Object.entries(given.table).find(([, colour]) => near(colour))?.[0] ?? 'other';
    });
    return found.join() === given.wanted ? probe.now() : 0;
  };
  const argument = {
    points: [...places],
    wanted: colours.join(),
    table: { mark: [74, 222, 128], ...COLOURS },
    width: FORMAT.width,
    height: FORMAT.height,
    tolerance: TOLERANCE,
  };
  const at = await person.page.waitForFunction(seen, argument, { polling: 50, timeout: WAIT_MS });
  return await at.jsonValue();
}

/** Waits until a person sees tiles of these colours and nothing else; resolves to when, in ms since 1970. */
export function waitForTiles(person: Person, colours: readonly string[]): Promise<number> {
  return waitForPlaces(person, tiles(colours.length), colours);
}

/** Waits until a person sees the speaker's frame around one tile of `count`, and around no other. */
export async function waitForMark(person: Person, speaker: number, count: number): Promise<void> {
  const expected = Array.from({ length: count }, (_, index) => (index === speaker ? 'mark' : 'other'));
  await waitForPlaces(person, frames(count), expected);
}

/** Waits until a person sees boxes of these colours, in any order, and nothing else; resolves to when, in ms since 1970. */
export async function waitForBoxes(person: Person, colours: readonly string[]): Promise<number> {
  const seen = (wanted: string): number => {
    const found = probe.boxes().map(({ colour }) => colour);
    return found.sort().join() === wanted ? probe.now() : 0;
  };
  const at = await person.page.waitForFunction(seen, colours.toSorted().join(), { polling: 50, timeout: WAIT_MS });
  return await at.jsonValue();
}
