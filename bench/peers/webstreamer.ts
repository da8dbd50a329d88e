import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RoomResource } from '../../src/protocol/http-api/room.ts';
import { postJson } from '../load/http-json.ts';
import type { Voice } from '../load/tone.ts';
import type { BotPlan, Call } from '../measure/call.ts';
import { type Child, startChild } from '../measure/child.ts';
import { childrenOf } from '../measure/process-usage.ts';
import { range, receiversOf } from './people.ts';

// Seen from where the compiled bench lies, under .cache/bench/bench/peers.
const COMMAND = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));
/** The name of the room of calls that need but one. */
export const ROOM = 'bench';

/** The product in a process of its own. */
export interface Started {
  url: string;
  pids: Call['pids'];
  close: () => Promise<void>;
}

interface RoomSettings {
  name: string;
  layout: 'speaker' | 'gallery' | 'grid';
  connections: string[];
}

/** Starts the product, or one half of it, as a user does, in a process of its own; `settings` are those of its configuration. */
export async function startProduct(role: string[], settings: object): Promise<Child & { url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'webstreamer-bench-'));
  const config = join(folder, 'webstreamer.yaml');
  await writeFile(config, JSON.stringify({ port: 0, log: { format: 'json' }, ...settings })); // JSON is YAML
  const { pid, said, close } = await startChild([process.execPath, COMMAND, ...role, '--config', config], (line) => {
    const entry = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {};
    return entry.msg === 'started' ? entry.url : undefined;
  });
  return {
    pid,
    url: said,
    close: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts the product with these rooms and one media worker. */
export async function startServer(rooms: RoomSettings[]): Promise<Started> {
  const { pid, url, close } = await startProduct([], { ice: { addresses: ['127.0.0.1'] }, rooms });
  const workers = await childrenOf(pid);
  const [worker] = workers;
  if (worker === undefined || workers.length > 1) {
    await close();
    throw new Error(`the server has ${workers.length} children instead of one media worker`);
  }
  return { url, pids: { server: pid, worker }, close };
}

/** The states of a room's connections. */
export async function connectionStates(url: string, room: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/rooms/${room}`);
  return ((await response.json()) as RoomResource).connections.map(({ state }) => state);
}

/** Gives a connection of a room the floor. */
export async function giveFloor(url: string, room: string, connection: string): Promise<void> {
  await postJson(`${url}/api/v1/rooms/${room}/speaker`, { connection }, 'PUT');
}

/** One sender who has the floor, and receivers. */
export async function speakerCall(receivers: number): Promise<Call> {
  const connections = range(receivers + 1).map(String);
  const { url, pids, close } = await startServer([{ name: ROOM, layout: 'speaker', connections }]);
  const page = (index: number) => ({ kind: 'page', url, connection: String(index) }) as const;
  const sender: BotPlan = { name: 'sender', process: 'sender', entrance: page(0), source: 0, sees: [] };
  return {
    pids,
    people: receivers + 1,
    phases: [
      { bots: [sender], then: () => giveFloor(url, ROOM, '0') },
      { bots: receiversOf(receivers, (index) => page(index + 1)) },
    ],
    close,
  };
}

/** People who all send and all see each other. */
export async function galleryCall(people: number): Promise<Call> {
  const { url, pids, close } = await startServer([
    { name: ROOM, layout: 'gallery', connections: range(people).map(String) },
  ]);
  const bots = range(people).map((index) => ({
    name: `person-${index}`,
    process: `people ${index % 2}`,
    entrance: { kind: 'page', url, connection: String(index) } as const,
    source: index,
    sees: range(people).filter((other) => other !== index),
  }));
  return { pids, people, phases: [{ bots }], close };
}

/** People who all send, and all see the one picture of all of them. */
export async function gridCall(people: number): Promise<Call> {
  const { url, pids, close } = await startServer([
    { name: ROOM, layout: 'grid', connections: range(people).map(String) },
  ]);
  const bots = range(people).map((index) => ({
    name: `person-${index}`,
    process: `people ${index % 2}`,
    entrance: { kind: 'page', url, connection: String(index) } as const,
    source: index,
    sees: [],
  }));
  return { pids, people, phases: [{ bots }], close };
}

/** People who send sound and no pictures, and hear each other. */
export async function talkCall(people: number, voiceOf: (person: number) => Voice | null): Promise<Call> {
  const { url, pids, close } = await startServer([
    { name: ROOM, layout: 'gallery', connections: range(people).map(String) },
  ]);
  const bots = range(people).map((index) => ({
    name: `person-${index}`,
    process: `people ${index % 2}`,
    entrance: { kind: 'page', url, connection: String(index) } as const,
    source: null,
    voice: voiceOf(index),
    sees: [],
  }));
  return { pids, people, phases: [{ bots }], close };
}

/** A call in which some stay, and the visitors who come and go beside them. */
export interface VisitedCall extends Call {
  visitors: BotPlan[];
}

const LISTENERS = 4;
const TABLE = 3;
/** The numbers that visitors stamp their frames with begin here. */
const FIRST_VISITOR = 100;

/**
 * A speaker with four who see them in one room, and three who see each other in another. Visitors, in turn, see the speaker, or
 * sit down at the table, where they send as well and are shown to everybody.
 */
export async function visitedCall(visitors: number): Promise<VisitedCall> {
  const ids = (prefix: string, count: number) => range(count).map((index) => `${prefix}-${index}`);
  const [hall, table] = [ids('hall', 1 + LISTENERS), ids('table', TABLE)];
  const coming = range(visitors).map((index) => ({ connection: `visitor-${index}`, sits: index % 2 === 1, index }));
  const seats = (sits: boolean) => coming.filter((each) => each.sits === sits).map(({ connection }) => connection);
  const { url, pids, close } = await startServer([
    { name: 'hall', layout: 'speaker', connections: [...hall, ...seats(false)] },
    { name: 'table', layout: 'gallery', connections: [...table, ...seats(true)] },
  ]);
  const bot = (connection: string, process: string, source: number | null, sees: number[]): BotPlan => ({
    name: connection,
    process,
    entrance: { kind: 'page', url, connection },
    source,
    sees,
  });
  const sitters = range(TABLE).map((index) => 1 + index);
  const [speaker = '', ...listeners] = hall;
  return {
    pids,
    people: 1 + LISTENERS + TABLE,
    phases: [
      { bots: [bot(speaker, 'steady', 0, [])], then: () => giveFloor(url, 'hall', speaker) },
      { bots: listeners.map((connection) => bot(connection, 'steady', null, [0])) },
      {
        bots: table.map((connection, index) => {
          const own = 1 + index;
          return bot(
            connection,
            'steady',
            own,
            sitters.filter((other) => other !== own),
          );
        }),
      },
    ],
    visitors: coming.map(({ connection, sits, index }) =>
      sits ? bot(connection, 'visitors', FIRST_VISITOR + index, sitters) : bot(connection, 'visitors', null, [0]),
    ),
    close,
  };
}
