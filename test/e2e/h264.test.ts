import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { until } from './support/until.ts';

const PEOPLE = [{ colour: 'red' }, { colour: 'green' }, { colour: 'blue' }] as const;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ rooms: [{ name: 'hall', codec: 'h264', connections: ['1', '2', '3'] }] });
});
afterAll(() => server.close());

/** The codecs of what this person's page sends and gets, as its browser has found them in the packets. */
function codecsOf(person: Person): Promise<string[]> {
  return person.page.evaluate(async () => {
    const codecs = new Set<string>();
    for (const peer of probe.peers) {
      const stats = [...((await peer.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
      const used = stats.filter(({ type, kind }) => String(type).endsWith('bound-rtp') && kind === 'video');
      for (const { codecId } of used) {
        const codec = stats.find(({ id }) => id === codecId);
        if (codec) codecs.add(`${String(codec.mimeType)} ${String(codec.sdpFmtpLine)}`);
      }
    }
    return [...codecs];
  });
}

/** Makes a browser one that was built without H.264. */
function forgetH264(): void {
  const answer = Reflect.get(RTCPeerConnection.prototype, 'createAnswer') as () => unknown;
  Reflect.set(RTCPeerConnection.prototype, 'createAnswer', function (this: RTCPeerConnection) {
    const others = RTCRtpReceiver.getCapabilities('video')?.codecs.filter(({ mimeType }) => mimeType !== 'video/H264');
    for (const transceiver of this.getTransceivers())
      if (transceiver.receiver.track.kind === 'video') transceiver.setCodecPreferences(others ?? []);
    return answer.call(this);
  });
}

async function giveFloor(connection: string): Promise<void> {
  expect((await server.api('PUT', '/api/v1/rooms/hall/speaker', { connection })).status).toBe(200);
}

describe('a room of H.264', () => {
  test('shows a person alone the slate, three people each other, and one speaker after the other', async ({ cast }) => {
    const [anna, ben, chris] = await meet(cast, server, 'hall', PEOPLE);
    await seeEachOther([anna, ben, chris]);
    expect(await server.room('hall')).toMatchObject({ codec: 'h264' });
    for (const person of [anna, ben, chris]) {
      const codecs = await codecsOf(person);
      expect(codecs.length).toBeGreaterThan(0);
      for (const codec of codecs) expect(codec).toMatch(/^video\/H264 .*profile-level-id=42e01f/);
    }

    expect((await server.api('PATCH', '/api/v1/rooms/hall', { layout: 'speaker' })).status).toBe(200);
    await Promise.all([anna, ben, chris].map((person) => person.waitForColours(['other'])));
    await chris.waitForFrames(15);
    expect((await chris.boxes())[0]).toMatchObject({ width: 640, height: 360, plain: false });

    await giveFloor('1');
    await chris.waitForColours(['red']);
    await chris.startRecording();
    for (const speaker of ['2', '1', '2', '1', '2']) {
      await giveFloor(speaker);
      await chris.waitForColours([speaker === '1' ? 'red' : 'green']);
      await chris.waitForFrames(7);
    }
    const [frames = [], ...others] = Object.values(await chris.stopRecording());
    expect(others).toEqual([]);
    expect(new Set(frames.map(({ colour }) => colour))).toEqual(new Set(['red', 'green']));
    const gaps = frames.slice(1).map(({ t }, index) => t - (frames[index]?.t ?? t));
    expect(Math.max(...gaps)).toBeLessThan(1_500);

    await ben.leave();
    await Promise.all([anna, chris].map((person) => person.waitForColours(['other'])));
    await ben.open(ourPage(server.origin));
    await ben.join('2');
    await Promise.all([anna, chris].map((person) => person.waitForColours(['green'])));
    expect([anna, ben, chris].flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('cannot be joined by a page without H.264: the seat is free again, and the log says why', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'green' })]);
    await anna.context.addInitScript(forgetH264);
    await anna.open(ourPage(server.origin));
    await anna.join('1');
    const refusals = () =>
      server.log.filter(({ code, message }) => code === 'bad-description' && message === 'an invitation failed');
    await until(
      () => refusals().length === 3,
      20_000,
      () => `there are ${refusals().length} refusals`,
    );
    expect(String(refusals()[0]?.err)).toMatch(/m-line 1: it is refused, as by a page that cannot do H264\/90000/);
    await server.waitForState('hall', '1', 'waiting');
    expect(server.log).toContainEqual(expect.objectContaining({ reason: 'bad-description', connection: '1' }));

    await ben.open(ourPage(server.origin));
    await ben.join('1');
    await server.waitForState('hall', '1', 'connected');
  });
});
