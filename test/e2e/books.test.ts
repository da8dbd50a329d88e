import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** One stay: the person joins, sees the slate, and leaves by the button. */
async function stay(person: Person): Promise<void> {
  await person.join('1');
  await person.waitForColours(['other']);
  await person.page.click('#leave-room');
  await person.waitForColours([]);
  await server.waitForState('lobby', '1', 'waiting');
}

/** What the media worker holds, with idle threads of pools left out of the account by waiting for them to go. */
async function books() {
  const { bridge, control, media } = await server.dump();
  const [worker] = media?.workers ?? [];
  if (!worker) throw new Error('no worker is running');
  const { allocatedBytes, threads, fileDescriptors, rooms, endpoints, pipelines } = worker;
  return { allocatedBytes, threads, held: { fileDescriptors, rooms, endpoints, pipelines, bridge, control } };
}

describe('joining and leaving a hundred times', () => {
  test('leaves threads, descriptors, pipelines, sockets and memory as they were', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await anna.open(ourPage(server.origin));
    for (let i = 0; i < 8; i++) await stay(anna);
    // A seat is free before its endpoint has ended: the account begins when nothing is under way any more.
    await expect
      .poll(async () => (await books()).held, { timeout: 10_000 })
      .toMatchObject({ endpoints: 0, pipelines: 2, control: { queued: 0 } });
    const before = await books();
    for (let i = 0; i < 100; i++) await stay(anna);
    await expect.poll(async () => (await books()).held, { timeout: 10_000 }).toEqual(before.held);
    await expect.poll(async () => (await books()).threads, { timeout: 30_000 }).toBeLessThanOrEqual(before.threads + 2);
    const after = await books();
    // What is resident also tells of V8's habits: of objects held in JavaScript, the contract suite's memory test takes account.
    expect(after.allocatedBytes - before.allocatedBytes).toBeLessThan(2_500_000);
  }, 300_000);
});
