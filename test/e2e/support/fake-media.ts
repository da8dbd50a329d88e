import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Plain colours of the fake cameras, as [red, green, blue] of 0 to 255: far enough apart to survive VP8 at a low bitrate. */
export const COLOURS = {
  red: [220, 25, 25],
  green: [25, 190, 25],
  blue: [35, 35, 220],
  yellow: [220, 220, 30],
  magenta: [220, 30, 220],
  cyan: [30, 210, 210],
  white: [230, 230, 230],
  orange: [235, 130, 20],
} as const satisfies Record<string, readonly [number, number, number]>;

/** The name of a fake camera's colour. */
export type Colour = keyof typeof COLOURS;

/** What a fake camera shows: nothing but its colour, or also grain that costs an encoder all the bits it has. */
export interface Film {
  grain: boolean;
  /** Frames per second. */
  frameRate: number;
}

const PLAIN: Film = { grain: false, frameRate: 10 };

/** Tones of the fake microphones in Hz; none is a harmonic of another. */
export const TONES = { do: 430, re: 710, mi: 1130, fa: 1690, so: 2470, la: 3590 } as const;

/** The name of a fake microphone's tone. */
export type Tone = keyof typeof TONES;

const WIDTH = 320;
const HEIGHT = 180;
const FRAME_COUNT = 15;
const BLOCK = 20;
const SAMPLE_RATE = 48_000;

const GRAIN = 4;
const GRAIN_DEPTH = 24;

/** Makes a plane of brightness uneven by up to half of `GRAIN_DEPTH`, otherwise each time: an encoder has to work for it. */
function addGrain(luma: Buffer): void {
  for (let y = 0; y < HEIGHT; y += GRAIN)
    for (let x = 0; x < WIDTH; x += GRAIN) {
      const change = Math.round((Math.random() - 0.5) * GRAIN_DEPTH);
      const value = Math.min(235, Math.max(16, (luma[y * WIDTH + x] ?? 0) + change));
      for (let row = y; row < y + GRAIN; row++) luma.fill(value, row * WIDTH + x, row * WIDTH + x + GRAIN);
    }
}

/**
 * A YUV4MPEG2 film of 320x180 that shows `colour`, and a small dark block that moves so that no two frames are equal.
 */
function colourFilm(colour: Colour, { grain, frameRate }: Film): Buffer {
  const [red, green, blue] = COLOURS[colour];
  const y = Math.round(16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256);
  const u = Math.round(128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256);
  const v = Math.round(128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256);
  const chroma = Buffer.concat([Buffer.alloc((WIDTH * HEIGHT) / 4, u), Buffer.alloc((WIDTH * HEIGHT) / 4, v)]);
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${frameRate}:1 Ip A1:1 C420mpeg2\n`)];
  for (let frame = 0; frame < FRAME_COUNT; frame++) {
    const luma = Buffer.alloc(WIDTH * HEIGHT, y);
    if (grain) addGrain(luma);
    const left = frame * BLOCK;
    for (let row = HEIGHT - 2 * BLOCK; row < HEIGHT - BLOCK; row++)
      luma.fill(16, row * WIDTH + left, row * WIDTH + left + BLOCK);
    parts.push(Buffer.from('FRAME\n'), luma, chroma);
  }
  return Buffer.concat(parts);
}

/** A WAV file of two seconds with a tone that is on for an eighth of a second and off for the next: a steady tone is taken for noise and removed. */
function toneRecording(tone: Tone): Buffer {
  const samples = SAMPLE_RATE * 2;
  const burst = SAMPLE_RATE / 8;
  const body = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i++) {
    const on = Math.floor(i / burst) % 2 === 0;
    if (on) body.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * TONES[tone] * i) / SAMPLE_RATE)), i * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + body.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(body.length, 40);
  return Buffer.concat([header, body]);
}

/** Fake cameras and microphones as files in a temporary folder, each made when it is first asked for. */
export class FakeMedia {
  readonly #files = new Map<string, Promise<string>>();
  #folder: Promise<string> | undefined;

  /** The path of the film for a fake camera. */
  camera(colour: Colour, film = PLAIN): Promise<string> {
    const name = `${colour}${film.grain ? '-grain' : ''}-${film.frameRate}.y4m`;
    return this.#file(name, () => colourFilm(colour, film));
  }

  /** The path of the recording for a fake microphone. */
  microphone(tone: Tone): Promise<string> {
    return this.#file(`${tone}.wav`, () => toneRecording(tone));
  }

  /** Removes the folder. */
  async close(): Promise<void> {
    const folder = await this.#folder;
    if (folder) await rm(folder, { recursive: true, force: true });
  }

  #file(name: string, make: () => Buffer): Promise<string> {
    const known = this.#files.get(name) ?? this.#write(name, make());
    this.#files.set(name, known);
    return known;
  }

  async #write(name: string, content: Buffer): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'webstreamer-media-'));
    const path = join(await this.#folder, name);
    await writeFile(path, content);
    return path;
  }
}
