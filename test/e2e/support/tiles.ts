import { GridFormat } from '../../../src/protocol/grid-format.ts';
import { layOut } from '../../../src/worker/grid-layout.ts';
import { COLOURS } from './fake-media.ts';
import type { Person } from './person.ts';

const FORMAT = GridFormat.parse({});
/** What decoding, scaling and encoding twice make of a colour. */
const TOLERANCE = 70;

/** What a person sees at places of their one picture: names of the cameras' colours, `other` for anything else. */
async function coloursAt(person: Person, places: readonly { x: number; y: number }[]): Promise<string[]> {
  return await person.page.evaluate(
    ({ points, colours, width, height, tolerance }) => {
      const [video, ...others] = probe.videos();
      if (!video || others.length > 0 || video.videoWidth !== width || video.videoHeight !== height) return [];
      const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
      if (!context) throw new Error('The page has no 2d canvas');
      context.drawImage(video, 0, 0);
      return points.map(({ x, y }) => {
        const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data;
        const near = ([r, g, b]: readonly number[]) =>
          Math.hypot(red - (r ?? 0), green - (g ?? 0), blue - (b ?? 0)) < tolerance;
        return Object.entries(colours).find(([, colour]) => near(colour))?.[0] ?? 'other';
      });
    },
    { points: [...places], colours: { ...COLOURS, mark: [74, 222, 128] }, ...FORMAT, tolerance: TOLERANCE },
  );
}

/** The colours of the tiles that a person sees, if there is one picture, of that many tiles. */
export function tileColours(person: Person, count: number): Promise<string[]> {
  const areas = layOut(FORMAT.width, FORMAT.height, count);
  return coloursAt(
    person,
    areas.map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 4 })),
  );
}

/** The tiles, by their numbers, that a person sees the speaker's frame around. */
export async function markedTiles(person: Person, count: number): Promise<number[]> {
  const areas = layOut(FORMAT.width, FORMAT.height, count);
  const colours = await coloursAt(
    person,
    areas.map(({ x, y, height }) => ({ x: x - 2, y: y + height / 2 })),
  );
  return colours.flatMap((colour, index) => (colour === 'mark' || colour === 'green' ? [index] : []));
}
