import { afterAll, beforeAll, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    workers: 1,
    rooms: [
      { name: 'one', connections: ['1'] },
      { name: 'two', connections: ['2'] },
    ],
  });
});
afterAll(() => server.close());

/** So many stays, one after the other: the person joins, sees the slate, and leaves by the button. */
async function stay(person: Person, room: string, connection: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await person.join(connection);
    await person.waitForColours(['other']);
    await person.page.click('#leave-room');
    await person.waitForColours([]);
    await server.waitForState(room, connection, 'waiting');
  }
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
    // Two, each alone in a room: most of a stay is waiting.
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await Promise.all([anna, ben].map((person) => person.open(ourPage(server.origin))));
    const stays = (times: number) => Promise.all([stay(anna, 'one', '1', times), stay(ben, 'two', '2', times)]);
    await stays(4);
    // A seat is free before its endpoint has ended: the account begins when nothing is under way any more.
    // What is left then is the slate, and a tone for each room.
    await expect
      .poll(async () => (await books()).held, { timeout: 10_000 })
      .toMatchObject({ endpoints: 0, pipelines: 3, control: { queued: 0 } });
    const before = await books();
    await stays(50);
    await expect.poll(async () => (await books()).held, { timeout: 10_000 }).toEqual(before.held);
    await expect.poll(async () => (await books()).threads, { timeout: 30_000 }).toBeLessThanOrEqual(before.threads + 2);
    const after = await books();
    // What is resident also tells of V8's habits: of objects held in JavaScript, the contract suite's memory test takes account.
    expect(after.allocatedBytes - before.allocatedBytes).toBeLessThan(2_500_000);
  }, 300_000);
});
