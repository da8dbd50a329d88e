import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What a bot sends as sound: a tone of its own, by its number, the packets of a microphone that hears nothing, or a pulse: a tone of a
 * tenth of a second at the beginning of a second that is silent otherwise.
 */
export type Voice = number | 'silence' | 'pulse';

/** Samples in a second. */
export const SAMPLE_RATE_HZ = 48_000;
/** The length of a packet. */
export const PACKET_MS = 20;
/** What is sent is this long and then begins again; tones of whole Hz fit together there. */
const SECONDS = 1;
const PACKETS = (SECONDS * 1000) / PACKET_MS;
const BITRATE_BPS = 32_000;
// So many that talk at once do not reach the limit of a sample.
const AMPLITUDE = 0.07 * 0x7fff;
const TREMOLO_HZ = 4;
const PULSE_HZ = 880;
const PULSE_SECONDS = 0.1;

/** The tone of a voice. The distances differ, so that the mixing products of some tones in an encoder are no other tone. */
export function toneHz(voice: number): number {
  return 410 + 170 * voice + 13 * voice ** 2;
}

/** Samples (signed, 16 bits, mono) of a voice; a tone swells and fades so that no encoder takes it for the noise of a room. */
export function samplesOf(voice: Voice, seconds: number): Int16Array {
  const samples = new Int16Array(seconds * SAMPLE_RATE_HZ);
  if (voice === 'silence') return samples;
  if (voice === 'pulse') {
    const isSounding = (index: number) => index % SAMPLE_RATE_HZ < PULSE_SECONDS * SAMPLE_RATE_HZ;
    const tone = (index: number) => 4 * AMPLITUDE * Math.sin((2 * Math.PI * PULSE_HZ * index) / SAMPLE_RATE_HZ);
    return samples.map((_, index) => (isSounding(index) ? tone(index) : 0));
  }
  return samples.map((_, index) => {
    const turns = (2 * Math.PI * index) / SAMPLE_RATE_HZ;
    return AMPLITUDE * (1 + 0.5 * Math.sin(TREMOLO_HZ * turns)) * Math.sin(toneHz(voice) * turns);
  });
}

/** Encodes voices with GStreamer's Opus encoder, unless that was done before; answers the folder that holds a folder for each. */
export async function prepareVoices(cache: string, voices: readonly Voice[]): Promise<string> {
  const folder = join(cache, `voices-${BITRATE_BPS}-${toneHz(1)}`);
  await mkdir(folder, { recursive: true });
  for (const voice of voices) {
    if ((await readdir(join(folder, String(voice))).catch(() => [])).length !== PACKETS) await prepare(folder, voice);
  }
  return folder;
}

/** The Opus packets of a voice, to be sent over and over. */
export async function readVoice(folder: string, voice: Voice): Promise<Buffer[]> {
  const own = join(folder, String(voice));
  return Promise.all((await readdir(own)).toSorted().map((name) => readFile(join(own, name))));
}

async function prepare(folder: string, voice: Voice): Promise<void> {
  const unfinished = await mkdtemp(join(folder, 'unfinished-'));
  const pcm = `${unfinished}.pcm`;
  await writeFile(pcm, Buffer.from(samplesOf(voice, 3 * SECONDS).buffer));
  const pipeline =
    `filesrc location=${pcm} ! rawaudioparse format=pcm pcm-format=s16le sample-rate=${SAMPLE_RATE_HZ} num-channels=1` +
    ` ! opusenc bitrate=${BITRATE_BPS} audio-type=voice frame-size=${PACKET_MS} ! multifilesink location=${unfinished}/%05d.opus`;
  await promisify(execFile)('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
  const names = (await readdir(unfinished)).toSorted();
  if (names.length < 2 * PACKETS) throw new Error(`the encoder made ${names.length} packets of three seconds`);
  // The second in the middle: the encoder has found its way, and the end is not yet near.
  for (const name of [...names.slice(0, PACKETS), ...names.slice(2 * PACKETS)]) await rm(join(unfinished, name));
  await rm(pcm);
  const own = join(folder, String(voice));
  await rm(own, { recursive: true, force: true });
  await rename(unfinished, own);
}
