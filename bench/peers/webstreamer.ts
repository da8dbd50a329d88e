import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RoomResource } from '../../src/protocol/http-api/room.ts';
import { postJson } from '../load/http-json.ts';
import type { BotPlan, Call } from '../measure/call.ts';
import { startChild } from '../measure/child.ts';
import { childrenOf } from '../measure/process-usage.ts';
import { range, receiversOf } from './people.ts';

// Seen from where the compiled bench lies, under .cache/bench/bench/peers.
const COMMAND = fileURLToPath(new URL('../../../../dist/cli/main.js', import.meta.url));
const ROOM = 'bench';

/** The product in a process of its own. */
export interface Started {
  url: string;
  pids: Call['pids'];
  close: () => Promise<void>;
}

/** Starts the product as a user does, in a process of its own, with one room. */
export async function startServer(layout: 'speaker' | 'gallery', connections: string[]): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'webstreamer-bench-'));
  const config = join(folder, 'webstreamer.yaml');
  const settings = {
    port: 0,
    ice: { addresses: ['127.0.0.1'] },
    rooms: [{ name: ROOM, layout, connections }],
    log: { format: 'json' },
  };
  await writeFile(config, JSON.stringify(settings)); // JSON is YAML
  const server = await startChild([process.execPath, COMMAND, '--config', config], (line) => {
    const entry = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {};
    return entry.msg === 'started' ? entry.url : undefined;
  });
  const close = async () => {
    await server.close();
    await rm(folder, { recursive: true });
  };
  const workers = await childrenOf(server.pid);
  const [worker] = workers;
  if (worker === undefined || workers.length > 1) {
    await close();
    throw new Error(`the server has ${workers.length} children instead of one media worker`);
  }
  return { url: server.said, pids: { server: server.pid, worker }, close };
}

/** The states of the connections of the server's room. */
export async function connectionStates(url: string): Promise<string[]> {
  const response = await fetch(`${url}/api/v1/rooms/${ROOM}`);
  return ((await response.json()) as RoomResource).connections.map(({ state }) => state);
}

/** Gives a connection of the server's room the floor. */
export async function setSpeaker(url: string, connection: string): Promise<void> {
  await postJson(`${url}/api/v1/rooms/${ROOM}/speaker`, { connection }, 'PUT');
}

/** One sender who has the floor, and receivers. */
export async function speakerCall(receivers: number): Promise<Call> {
  const connections = range(receivers + 1).map(String);
  const { url, pids, close } = await startServer('speaker', connections);
  const page = (index: number) => ({ kind: 'page', url, connection: String(index) }) as const;
  const sender: BotPlan = { name: 'sender', process: 'sender', entrance: page(0), source: 0, sees: [] };
  const giveFloor = () => setSpeaker(url, '0');
  return {
    pids,
    people: receivers + 1,
    phases: [{ bots: [sender], then: giveFloor }, { bots: receiversOf(receivers, (index) => page(index + 1)) }],
    close,
  };
}

/** People who all send and all see each other. */
export async function galleryCall(people: number): Promise<Call> {
  const { url, pids, close } = await startServer('gallery', range(people).map(String));
  const bots = range(people).map((index) => ({
    name: `person-${index}`,
    process: `people ${index % 2}`,
    entrance: { kind: 'page', url, connection: String(index) } as const,
    source: index,
    sees: range(people).filter((other) => other !== index),
  }));
  return { pids, people, phases: [{ bots }], close };
}
