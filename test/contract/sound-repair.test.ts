import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRtp, receiverReport, type RtpPacket } from '../../bench/load/rtp.ts';
import { SLATE } from '../../src/protocol/media-ipc/view.ts';
import type { MediaEngine } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { startEngine } from './support/engine.ts';

const PAGE_SSRC = 1;
const HALF = 128;

let engine: MediaEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

/** Whether a packet of one SILK frame repeats the one before: the bit behind that for voice activity (RFC 6716, section 4.2.3). */
function repeats({ payload }: RtpPacket): boolean {
  const configuration = payload.readUInt8(0) >> 3;
  const hasSilk = configuration < 16;
  return hasSilk && payload.length > 1 && (payload.readUInt8(1) & 0x40) !== 0;
}

it('sound repeats itself in the next packet for a listener who loses some, and only then', async () => {
  const endpoint = await (await engine.createRoom('room')).createEndpoint();
  await endpoint.setView({ video: [SLATE], audio: [SLATE] });
  const { page, offer } = await BarePage.join(endpoint);
  const soundSsrc = Number(/m=audio[^]*?a=ssrc:(\d+)/.exec(offer)?.[1]);
  expect(offer).toMatch(/^a=fmtp:97 .*useinbandfec=1/m);
  const nextSound = (wanted: (packet: RtpPacket) => boolean) =>
    page.next('packet', (bytes) => {
      const packet = readRtp(bytes);
      return packet?.ssrc === soundSsrc && wanted(packet) ? packet : undefined;
    });
  const kinds: boolean[] = [];
  page.events.on('packet', (bytes) => {
    const packet = readRtp(bytes);
    if (packet?.ssrc === soundSsrc) kinds.push(repeats(packet));
  });
  const { sequence } = await nextSound(({ marker }) => marker);
  await nextSound(({ marker }) => marker);
  expect(kinds.length).toBeGreaterThan(5);
  expect(kinds).not.toContain(true);
  page.send(receiverReport(PAGE_SSRC, soundSsrc, sequence, { fractionLost: HALF }));
  await nextSound(repeats);
  for (let i = 0; i < 20; i++) page.send(receiverReport(PAGE_SSRC, soundSsrc, sequence));
  await nextSound(({ marker }) => marker);
  kinds.splice(0);
  await nextSound(({ marker }) => marker);
  expect(kinds).not.toContain(true);
  page.close();
  await endpoint.close();
});
