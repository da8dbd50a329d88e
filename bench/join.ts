// From pressing *join room* to the first painted frame of somebody else, on our server and in a direct call between two pages.
import { Cast } from '../test/e2e/support/cast.ts';
import { startMeshServer } from '../test/e2e/support/mesh-server.ts';
import { ourPage } from '../test/e2e/support/pages.ts';
import type { Person } from '../test/e2e/support/person.ts';
import { startServer } from '../test/e2e/support/server.ts';
import { report, summary } from './figures.ts';

const JOINS = 30;

/** One visit: opens the page, joins, waits for `colour`, leaves; answers ms from the button to the first painted frame. */
async function timeJoin(person: Person, origin: string, id: string, colour: string): Promise<number> {
  await person.open(ourPage(origin));
  await person.startRecording();
  await person.join(id);
  await person.waitForColours([colour]);
  await person.waitForFrames(2); // the recorder hears of a frame after it can be seen
  const pressedAt = await person.pressedAt();
  const frames = Object.values(await person.stopRecording()).flat();
  await person.leave();
  return Math.min(...frames.map(({ t }) => t)) - pressedAt;
}

async function timeJoins(person: Person, origin: string, id: string, colour: string): Promise<number[]> {
  await timeJoin(person, origin, id, colour); // the browser's own caches
  const times: number[] = [];
  for (let i = 0; i < JOINS; i++) times.push(await timeJoin(person, origin, id, colour));
  return times;
}

async function ours(): Promise<Record<'alone' | 'second', number[]>> {
  const server = await startServer();
  const cast = new Cast();
  try {
    const [host, guest] = [await cast.launch({ colour: 'red' }), await cast.launch({ colour: 'blue' })];
    const alone = await timeJoins(guest, server.origin, '2', 'other');
    await host.open(ourPage(server.origin));
    await host.join('1');
    await server.waitForState('lobby', '1', 'connected');
    return { alone, second: await timeJoins(guest, server.origin, '2', 'red') };
  } finally {
    await cast.close();
    await server.close();
  }
}

async function mesh(): Promise<number[]> {
  const server = await startMeshServer();
  const cast = new Cast();
  try {
    const [host, guest] = [await cast.launch({ colour: 'red' }), await cast.launch({ colour: 'blue' })];
    await host.open(ourPage(server.origin));
    await host.openRoom('bench');
    await host.waitForWire('sent', 'open-room');
    return await timeJoins(guest, server.origin, 'bench', 'red');
  } finally {
    await cast.close();
    await server.close();
  }
}

const { alone, second } = await ours();
const direct = await mesh();
const figures = {
  'webstreamer, alone: the slate (ms)': summary(alone),
  'webstreamer, second person (ms)': summary(second),
  'direct call between two pages (ms)': summary(direct),
};
report('join', figures, { mesh: summary(second).p50 / summary(direct).p50 });
