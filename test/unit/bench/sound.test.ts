import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readRtp, type RtpPacket } from '../../../bench/load/rtp.ts';
import { SoundLedger } from '../../../bench/load/sound-ledger.ts';
import { SoundSender } from '../../../bench/load/sound-sender.ts';
import { prepareVoices, readVoice, samplesOf, toneHz } from '../../../bench/load/tone.ts';
import { amplitudeAt, decodeOpus, voicesIn } from '../../../bench/measure/hearing.ts';

const VOICES = Array.from({ length: 10 }, (_, voice) => voice);

/** The sum of some voices, as a mixer makes it. */
function mixOf(voices: readonly number[]): Int16Array {
  const all = voices.map((voice) => samplesOf(voice, 1));
  return Int16Array.from({ length: 48_000 }, (_, index) => all.reduce((sum, samples) => sum + samples[index]!, 0));
}

describe('a voice', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'voices-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is a second of Opus that can be repeated and heard', async () => {
    const prepared = await prepareVoices(folder, [3, 'silence']);
    const packets = await readVoice(prepared, 3);
    expect(packets).toHaveLength(50);
    expect(voicesIn(await decodeOpus([...packets, ...packets]), VOICES)).toEqual([3]);
    expect(voicesIn(await decodeOpus(await readVoice(prepared, 'silence')), VOICES)).toEqual([]);
    await expect(prepareVoices(folder, [3])).resolves.toBe(prepared);
  }, 30_000);

  it('can be told from the others in a mix', () => {
    expect(voicesIn(mixOf(VOICES), VOICES)).toEqual(VOICES);
    expect(voicesIn(mixOf([0, 1, 2, 3, 5, 6, 7, 8, 9]), VOICES)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
    expect(voicesIn(mixOf([]), VOICES)).toEqual([]);
  });

  it('has the amplitude of its tone', () => {
    const samples = Int16Array.from(
      { length: 48_000 },
      (_, i) => 1000 * Math.sin((2 * Math.PI * toneHz(2) * i) / 48_000),
    );
    expect(amplitudeAt(samples, toneHz(2))).toBeGreaterThan(990);
    expect(amplitudeAt(samples, toneHz(3))).toBeLessThan(1);
  });
});

describe('sound', () => {
  function makeSender() {
    const packets: RtpPacket[] = [];
    const sound = [Buffer.from('a'), Buffer.from('b')];
    const send = (packet: Buffer) => packets.push(readRtp(packet)!);
    return { packets, sender: new SoundSender({ packets: sound, ssrc: 1, payloadType: 97, send }) };
  }

  it('is sent in fifty packets a second, over and over, until it is stopped', () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { packets, sender } = makeSender();
    sender.start();
    vi.advanceTimersByTime(990);
    sender.stop();
    vi.advanceTimersByTime(1000);
    expect(packets).toHaveLength(50);
    expect(sender.take()).toBe(50);
    expect(sender.take()).toBe(0);
    expect(packets.map(({ payload }) => payload.toString()).join('')).toBe('ab'.repeat(25));
    expect(packets.map(({ marker }) => marker).indexOf(true, 1)).toBe(-1);
    expect((packets[49]!.timestamp - packets[0]!.timestamp + 2 ** 32) % 2 ** 32).toBe(49 * 960);
  });

  it('must be something', () => {
    expect(() => new SoundSender({ packets: [], ssrc: 1, payloadType: 97, send: () => undefined })).toThrow('no sound');
  });

  it('is counted with what was lost, and its end is kept', () => {
    const { packets, sender } = makeSender();
    for (let i = 0; i < 300; i++) sender.sendPacket();
    const ledger = new SoundLedger();
    for (const packet of packets.filter((_, index) => index !== 7 && index !== 9)) ledger.add(packet, 7);
    expect(ledger.take()).toEqual({ packets: 298, bytes: 298, lostPackets: 2, beginningsUs: [7] });
    ledger.add(packets[7]!, 8);
    expect(ledger.take()).toEqual({ packets: 1, bytes: 1, lostPackets: -1, beginningsUs: [] });
    expect(ledger.latest).toHaveLength(100);
  });
});
