import { randomUUID } from 'node:crypto';
import { startMeshServer } from '../../test/e2e/support/mesh-server.ts';
import { ourPage } from '../../test/e2e/support/pages.ts';
import type { Person } from '../../test/e2e/support/person.ts';
import { until } from '../../test/e2e/support/until.ts';
import { range } from './people.ts';
import { connectionStates, ROOM, startServer } from './webstreamer.ts';

const EMPTY_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 30_000;

/** Where people meet in one call, each at our page in a browser of their own. */
export interface Venue {
  name: 'webstreamer' | 'mesh';
  /** The address of the page. */
  page: string;
  /** What the person of a seat types into the page; for a mesh, once the first one is there. */
  idOf(seat: number): string;
  /** Brings the person in who is number `seat` of the call, from 0; resolves when a picture of somebody has come, for number 0 when they wait. */
  enter(person: Person, seat: number): Promise<void>;
  /** Lets everybody leave; resolves when the next call can begin. */
  leave(people: readonly Person[]): Promise<void>;
  close(): Promise<void>;
}

async function waitForState(person: Person, state: 'open' | 'connected'): Promise<void> {
  await person.page.locator(`body[data-state=${state}]`).waitFor({ timeout: CONNECT_TIMEOUT_MS });
}

/** A gallery of our server. */
export async function openGallery(seats: number): Promise<Venue> {
  const server = await startServer([{ name: ROOM, layout: 'gallery', connections: range(seats).map(String) }]);
  const page = ourPage(server.url);
  return {
    name: 'webstreamer',
    page,
    idOf: String,
    enter: async (person, seat) => {
      await person.open(page);
      await person.join(String(seat));
      await waitForState(person, 'connected');
    },
    leave: async (people) => {
      for (const person of people) await person.leave();
      await waitUntilEmpty(server.url);
    },
    close: server.close,
  };
}

/** Waits until nobody sits on any connection of the server, but for `staying` people. */
export async function waitUntilEmpty(url: string, staying = 0): Promise<void> {
  const taken = async () => (await connectionStates(url, ROOM)).filter((state) => state !== 'waiting');
  const isEmpty = async () => (await taken()).length === staying;
  await until(isEmpty, EMPTY_TIMEOUT_MS, async () => `connections are still ${(await taken()).join(', ')}`);
}

/** Pages that send to each other, on npm rtcmulticonnection-server. */
export async function openMesh(): Promise<Venue> {
  const server = await startMeshServer();
  const page = ourPage(server.origin);
  let room = '';
  return {
    name: 'mesh',
    page,
    idOf: () => room,
    enter: async (person, seat) => {
      await person.open(page);
      if (seat === 0) {
        room = randomUUID(); // a room of the call before may not have ended yet
        await person.openRoom(room);
      } else await person.join(room);
      await waitForState(person, seat === 0 ? 'open' : 'connected');
    },
    leave: async (people) => {
      for (const person of people.toReversed()) await person.leave(); // the room is that of the first
    },
    close: () => server.close(),
  };
}
