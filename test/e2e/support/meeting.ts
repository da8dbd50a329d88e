import type { PersonOptions } from './browser.ts';
import type { Cast } from './cast.ts';
import { ourPage } from './pages.ts';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';

/** Several browsers on one machine take seconds to open a page: this bounds a failure, it is no property of the server. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Launches people who join the connections 1, 2, … of a room on our page, one after another, until each is connected. */
export async function meet<const P extends readonly PersonOptions[]>(
  cast: Cast,
  server: TestServer,
  room: string,
  options: P,
): Promise<{ -readonly [K in keyof P]: Person }> {
  const people = await Promise.all(options.map((option) => cast.launch(option)));
  for (const [index, person] of people.entries()) {
    const connection = String(index + 1);
    await person.open(ourPage(server.origin));
    await person.join(connection);
    await server.waitForState(room, connection, 'connected', CONNECT_TIMEOUT_MS);
  }
  return people as { -readonly [K in keyof P]: Person };
}

/** Waits until each of the people sees the pictures of all the others and nothing else, and they advance. */
export async function seeEachOther(people: readonly Person[], timeoutMs?: number): Promise<void> {
  const others = (person: Person) => people.filter((other) => other !== person).map(({ name }) => name);
  await Promise.all(people.map((person) => person.waitForColours(others(person), timeoutMs)));
  await Promise.all(people.map((person) => person.waitForFrames()));
}
