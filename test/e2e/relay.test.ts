import { afterAll, beforeAll, expect } from 'vitest';
import { test } from './support/test.ts';
import { meet, seeEachOther } from './support/meeting.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';
import { type RunningTurnServer, startTurnServer } from './support/turn-server.ts';

let turn: RunningTurnServer;
let server: TestServer;
beforeAll(async () => {
  turn = await startTurnServer();
  server = await startServer({
    ice: { addresses: ['127.0.0.1'], turnServers: [turn.server], transportPolicy: 'relay' },
    log: { level: 'debug' },
  });
});
afterAll(async () => {
  await server.close();
  await turn.close();
});

/** The kind of the server's candidate that the media of each open connection take, and the frames that came by it. */
const waysOf = (person: Person) =>
  person.page.evaluate(async () => {
    const open = probe.peers.filter(({ connectionState }) => connectionState === 'connected');
    const stats = await Promise.all(open.map((peer) => peer.getStats()));
    return stats.map((report) => {
      const all = [...(report as unknown as Map<string, Record<string, unknown>>).values()];
      const transport = all.find(({ type }) => type === 'transport');
      const pair = all.find(({ id }) => id === transport?.selectedCandidatePairId);
      const remote = all.find(({ id }) => id === pair?.remoteCandidateId);
      const video = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
      return { remote: remote?.candidateType, frames: Number(video?.framesDecoded) };
    });
  });

test('a call whose only way is a TURN server has picture and sound both ways', async ({ cast }) => {
  const people = await meet(cast, server, 'lobby', [
    { colour: 'red', tone: 'do' },
    { colour: 'green', tone: 're' },
  ]);
  const [anna, ben] = people;
  await seeEachOther(people);
  await Promise.all([anna.waitForTones(['re']), ben.waitForTones(['do'])]);
  const before = await waysOf(ben);
  await ben.waitForFrames(20);
  const after = await waysOf(ben);
  expect(after.map(({ remote }) => remote)).toEqual(['relay']);
  expect(after[0]!.frames - before[0]!.frames).toBeGreaterThanOrEqual(15);
  expect(JSON.stringify(server.log)).not.toContain(turn.server.credential);
});
