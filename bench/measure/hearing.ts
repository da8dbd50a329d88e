import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE_RATE_HZ, toneHz } from '../load/tone.ts';

/** How much louder than its surroundings, in amplitude, a tone must be to count as heard. */
const AUDIBLE = 4;
/** Beside a tone lie its own swelling and the edges of the window; so far away it is quiet. */
const ASIDE_HZ = [-60, -45, 45, 60];

/** The amplitude of one frequency in samples (the filter of Goertzel), over a Hann window so that others stay out of it. */
export function amplitudeAt(samples: Int16Array, hz: number): number {
  const turn = (2 * Math.PI * hz) / SAMPLE_RATE_HZ;
  const coefficient = 2 * Math.cos(turn);
  let [previous, beforeThat] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length);
    [previous, beforeThat] = [sample * window + coefficient * previous - beforeThat, previous];
  }
  const power = previous ** 2 + beforeThat ** 2 - coefficient * previous * beforeThat;
  return (4 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Which of the voices, tones by their numbers, can be heard in samples. */
export function voicesIn(samples: Int16Array, voices: readonly number[]): number[] {
  return voices.filter((voice) => {
    const beside = ASIDE_HZ.map((aside) => amplitudeAt(samples, toneHz(voice) + aside));
    return amplitudeAt(samples, toneHz(voice)) > AUDIBLE * Math.max(1, ...beside);
  });
}

/** Decodes Opus packets that follow one another to samples, mono, with GStreamer. */
export async function decodeOpus(packets: readonly Buffer[]): Promise<Int16Array> {
  const folder = await mkdtemp(join(tmpdir(), 'webstreamer-hearing-'));
  try {
    for (const [index, packet] of packets.entries())
      await writeFile(join(folder, `${String(index).padStart(5, '0')}.opus`), packet);
    const caps = 'audio/x-opus,channel-mapping-family=0,channels=1,rate=48000';
    const pipeline =
      `multifilesrc location=${folder}/%05d.opus caps=${caps} ! opusparse ! opusdec ! audioconvert` +
      ` ! audio/x-raw,format=S16LE,rate=${SAMPLE_RATE_HZ},channels=1 ! filesink location=${folder}/pcm`;
    await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
    const pcm = await readFile(join(folder, 'pcm'));
    return new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length));
  } finally {
    await rm(folder, { recursive: true });
  }
}
