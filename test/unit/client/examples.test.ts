import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { EventLog } from '../../../src/server/events/event-log.ts';
import { startWebhooks } from '../../../src/server/events/webhooks.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import type { FakeEndpoint } from '../../../src/server/media/fake-endpoint.ts';
import { FakePage } from '../connection/fake-page.ts';
import { turns } from '../connection/stage.ts';
import { start } from '../control/start-control.ts';
import { apiOver, FakeRooms } from '../http/fake-rooms.ts';

const PATIENCE = { timeout: 30_000 };

/** The real API over real rooms; pages and media are played by the test. */
let stage: ReturnType<typeof start>;
let events: EventLog;
let app: FastifyInstance;
let url: string;
/** What the events' clock says. */
let nowMs: number;
let child: ChildProcess | undefined;
let output: string;

beforeEach(async () => {
  nowMs = Date.now();
  output = '';
  events = new EventLog({ epoch: 'run', clock: () => nowMs });
  stage = start({
    clock: () => nowMs,
    onEvent: (event) => {
      events.publish(event);
    },
  });
  const api = { ...apiOver(new FakeRooms()), rooms: () => stage.control, events: () => events };
  app = await createHttpServer({ logger: silentLogger, api });
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  child?.kill('SIGKILL');
  await app.close();
  await stage.control.close('shutdown');
});

function run(example: string, args: string[], env: Record<string, string> = {}): Promise<unknown[]> {
  const process_ = spawn(process.execPath, [`examples/${example}`, ...args], { env: { ...process.env, ...env } });
  child = process_;
  for (const stream of [process_.stdout, process_.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return once(process_, 'close');
}
const says = (text: string) => expect.poll(() => output, PATIENCE).toContain(text);

/** Somebody joins a connection and has media. */
async function join(connection: string): Promise<{ page: FakePage; endpoint: FakeEndpoint }> {
  const page = new FakePage(stage.links.get(connection)!, `user of ${connection}`, { id: connection });
  page.answer(await page.join());
  await turns();
  const endpoint = stage.engine.endpoints.at(-1)!;
  endpoint.connect();
  endpoint.publish({ audio: true, video: true });
  await turns();
  return { page, endpoint };
}

/** As the room of the media engine does, every 100 ms, while somebody speaks; without an endpoint nobody does. */
async function speak(endpoint: FakeEndpoint | null, seconds: number): Promise<void> {
  for (let time = 0; time < seconds * 10; time++) {
    nowMs += 100;
    stage.engine.rooms[0]!.events.emit('levels', new Map(endpoint ? [[endpoint.id, -20]] : []));
    await turns();
  }
}

function write(endpoint: FakeEndpoint, message: string): void {
  const frame = { type: 'text', uuid: message, sendingTime: 1, packets: 0, message, last: true, isobject: false };
  endpoint.events.emit('text', JSON.stringify(frame));
}

describe('examples/', { timeout: 60_000 }, () => {
  it('meeting.mjs gives the floor to whoever speaks, and ends when all have left', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const ended = run('meeting.mjs', [url, 'team']);
    await says('Join team-anna, team-ben, team-cleo');
    const anna = await join('team-anna');
    await says('team-anna has come');
    const ben = await join('team-ben');
    await says('team-ben has come');
    await speak(ben.endpoint, 5);
    await says('team-ben has the floor');
    for (const { page } of [anna, ben]) page.leave();
    await ended;
    expect(output).toMatch(/team-anna has left\nteam-ben has left\nThe meeting is over\n$/);
    expect(stage.control.listRooms()).toEqual([]);
  });

  it('lecture.mjs passes the floor to those who ask, one after another', async () => {
    void run('lecture.mjs', [url, 'physics']);
    await says('The lecturer joins physics-lecturer');
    const speaker = () => stage.control.getRoom('physics').speaker;
    const [one, two] = [await join('physics-1'), await join('physics-2')];
    await expect.poll(speaker, PATIENCE).toBe('physics-lecturer');
    await expect.poll(() => events.after(events.head), PATIENCE).toBeUndefined();
    write(one.endpoint, '?');
    write(two.endpoint, '?');
    await expect.poll(speaker, PATIENCE).toBe('physics-1');
    write(two.endpoint, 'thanks');
    write(one.endpoint, 'thanks');
    await expect.poll(speaker, PATIENCE).toBe('physics-2');
    two.page.leave();
    await expect.poll(speaker, PATIENCE).toBe('physics-lecturer');
    await expect.poll(() => output, PATIENCE).toMatch(/goes on\n[^]*physics-2 has a question\n[^]*goes on\n/);
    await stage.control.deleteRoom('physics');
    await says('The lecture is over');
  });

  it('talk-time.mjs adds up who has spoken for how long', async () => {
    // What rooms measure pauses of speech with.
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    await stage.lobby('1', '2');
    stage.control.changeConnection('lobby', '1', { name: '王小明' });
    const ended = run('talk-time.mjs', ['lobby', url]);
    await says('Listening to lobby');
    const anna = await join('1');
    const ben = await join('2');
    await expect.poll(() => events.after(events.head), PATIENCE).toBeUndefined();
    const spoken = { anna: 0, ben: 0 };
    const stopwatch = async (who: keyof typeof spoken, endpoint: FakeEndpoint, seconds: number) => {
      const begins = nowMs;
      await speak(endpoint, seconds);
      await speak(null, 3);
      spoken[who] += nowMs - begins;
    };
    await stopwatch('anna', anna.endpoint, 5);
    await stopwatch('ben', ben.endpoint, 20);
    await stage.control.deleteRoom('lobby');
    await ended;
    const lines = output
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => /^ *([\d.]+) s {2}(.+)$/.exec(line)!.slice(1));
    expect(lines.map(([, who]) => who)).toEqual(['2', '王小明']);
    const [benSeconds, annaSeconds] = lines.map(([seconds]) => Number(seconds)) as [number, number];
    expect(benSeconds).toBeGreaterThanOrEqual(19);
    expect(benSeconds).toBeLessThanOrEqual(spoken.ben / 1000);
    expect(annaSeconds).toBeGreaterThanOrEqual(4);
    expect(annaSeconds).toBeLessThanOrEqual(spoken.anna / 1000);
  });

  it('webhook-receiver.mjs takes what is signed, and refuses the rest', async () => {
    const secret = 'a secret of the tests';
    void run('webhook-receiver.mjs', ['0'], { WEBHOOK_SECRET: secret });
    await says('Waiting for webhooks at ');
    const receiver = /http:\/\/\S+/.exec(output)![0];
    const to = (own: string) => [{ url: receiver, secret: own }];
    const end = startWebhooks({ webhooks: to(secret), events, logger: silentLogger });
    const timing = { firstPauseMs: 1, lastDeliveriesMs: 100 };
    const stranger = startWebhooks({ webhooks: to('not the secret of it'), events, logger: silentLogger, timing });
    await stage.lobby('1');
    await says('room-created lobby\n');
    await says('refused: the signature does not fit the secret');
    expect((await fetch(receiver, { method: 'POST', body: '{}' })).status).toBe(401);
    await Promise.all([end(), stranger()]);
    expect(output.match(/room-created/g)).toHaveLength(1);
  });
});
