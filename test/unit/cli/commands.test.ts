import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completionScript } from '../../../src/cli/commands/completion.ts';
import { failureOf, throwFromAll } from '../../../src/cli/failure.ts';
import { createProgram } from '../../../src/cli/program.ts';
import { openServer } from '../../../src/cli/server-access.ts';
import { list, plain, table } from '../../../src/cli/table.ts';
import { silentLogger } from '../../../src/common/logger.ts';
import type { RoomResource } from '../../../src/protocol/http-api/room.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { apiOver, FakeRooms } from '../http/fake-rooms.ts';

let rooms: FakeRooms;
let app: FastifyInstance;
let url: string;
let ended = new AbortController();
beforeEach(async () => {
  rooms = new FakeRooms();
  ended = new AbortController();
  app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
  url = `http://127.0.0.1:${await listen(app, '127.0.0.1', 0)}`;
});
afterEach(() => app.close());

function quieten(command: Command): void {
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const sub of command.commands) quieten(sub);
}

function programWith(write: (text: string) => void, environment: NodeJS.ProcessEnv = {}): Command {
  const program = createProgram('1.2.3', {
    start: () => Promise.reject(new Error('nothing is to be started')),
    makeCertificate: () => Promise.reject(new Error('no certificate is asked for')),
    diagnose: () => Promise.resolve([]),
    terminal: { write, environment: { STATE_DIRECTORY: '/nonexistent', ...environment }, signal: ended.signal },
  });
  throwFromAll(program);
  quieten(program);
  return program;
}

/** What a command line prints. */
async function run(...args: string[]): Promise<string> {
  let text = '';
  const program = programWith((more) => (text += more), { WEBSTREAMER_URL: url });
  await program.parseAsync(args, { from: 'user' });
  return text;
}
/** How a command line fails. */
const failure = (...args: string[]) =>
  run(...args).then(
    () => undefined,
    (error: unknown) => failureOf(error),
  );

describe('the commands for a running server', () => {
  it('make, list, show, change and end rooms', async () => {
    expect(await run('rooms')).toContain('There are no rooms.');
    await run('rooms', 'create', '会议室', '--layout', 'speaker', '--max-users', '5', '--connections', 'a', '红');
    await run('rooms', 'create', 'team', '--locked', '--codec', 'h264');
    expect(await run('rooms')).toBe(
      'ROOM    PEOPLE  CONNECTIONS  LAYOUT   SOUND  SPEAKER  POLICY  LOCKED  CODEC\n' +
        'team         0            0  gallery  mix    -        manual  yes     h264\n' +
        '会议室       0            2  speaker  mix    -        manual  no      vp8\n',
    );
    expect(await run('rooms', 'show', '会议室')).toMatch(/people +0 of at most 5\n[\s\S]*红 +红 +waiting/);
    await run('rooms', 'change', '会议室', '--max-users', 'none', '--chat-history', '7', '--sound', 'speaker');
    expect(rooms.getRoom('会议室')).toMatchObject({ maxUsers: null, chatHistory: 7, sound: 'speaker' });
    await run('rooms', 'change', '会议室', '--max-video-bitrate', '900000');
    expect(rooms.getRoom('会议室')).toMatchObject({ maxUsers: null, maxVideoBitrateBps: 900_000 });
    await run('rooms', 'change', '会议室', '--max-video-bitrate', 'none');
    expect(rooms.getRoom('会议室')).toMatchObject({ maxVideoBitrateBps: null });
    await run('layout', '会议室', 'grid');
    await run('lock', '会议室');
    expect(rooms.getRoom('会议室')).toMatchObject({ layout: 'grid', locked: true });
    await run('unlock', '会议室');
    expect(JSON.parse(await run('rooms', 'list', '--json'))).toEqual(rooms.listRooms());
    expect(JSON.parse(await run('rooms', '--json'))).toMatchObject([{}, { name: '会议室', locked: false }]);
    expect(await run('rooms', 'delete', 'team')).toBe('Room team has ended.\n');
    expect(rooms.listRooms()).toHaveLength(1);
  });

  it('name, mute, remove and show out the people of a room, and give them the floor', async () => {
    await run('rooms', 'create', 'team', '--connections', 'a', 'b');
    const connection = (id: string) => rooms.getRoom('team').connections.find((one) => one.id === id);
    await run('connections', 'add', 'team', 'c');
    await run('connections', 'rename', 'team', 'a', 'Anna 王');
    await run('connections', 'mute', 'team', 'a');
    expect(connection('a')).toMatchObject({ name: 'Anna 王', muted: { audio: true, video: false } });
    expect(await run('connections', 'limit', 'team', 'a', '300000')).toContain('300000');
    expect(connection('a')).toMatchObject({ maxVideoBitrateBps: 300_000 });
    await run('connections', 'limit', 'team', 'a');
    expect(connection('a')).toMatchObject({ maxVideoBitrateBps: null });
    await run('connections', 'mute', 'team', 'a', '--video');
    await run('connections', 'unmute', 'team', 'a');
    await run('connections', 'rename', 'team', 'a');
    expect(connection('a')).toMatchObject({ name: 'a', muted: { audio: false, video: true } });
    rooms.getRoom('team').connections[0]!.user = 'page';
    await run('connections', 'show-out', 'team', 'a', '--message', 'Good bye');
    expect(rooms.removed).toEqual([['page', 'Good bye']]);
    await run('speaker', 'set', 'team', 'b');
    expect(rooms.getRoom('team').speaker).toBe('b');
    await run('speaker', 'clear', 'team');
    expect(rooms.getRoom('team').speaker).toBeNull();
    await run('connections', 'remove', 'team', 'b');
    expect(await run('connections', 'team')).toMatch(/^CONNECTION .*\na .*\nc .*\n$/);
  });

  it('say something, and tell what has been said', async () => {
    await run('rooms', 'create', 'team', '--connections', 'a');
    expect(await run('say', 'team', 'we', 'begin', '--to', 'a')).toBe('Message 1 was sent to a.\n');
    expect(await run('messages', 'team')).toMatch(/1 {2}2026-01-01T00:00:00Z {2}API +a +we begin\n$/);
    expect(JSON.parse(await run('messages', 'team', '--after', '1', '--json'))).toEqual([]);
  });

  it('make links, and take them back', async () => {
    await run('rooms', 'create', 'team');
    expect(await run('join-link', 'team', '--role', 'viewer')).toMatch(/\/rooms\/team#role=viewer\n$/);
    expect(await run('links', 'list', 'team')).toBe('No link that was made here is still good.\n');
    expect(await run('links', 'revoke-all', 'team')).toContain('The links to team let nobody in any more.');
    await expect(run('links', 'revoke', 'team', '0123456789abcdef')).rejects.toThrow('no link of this id');
  });

  it('tell of events until they are ended, a line each', async () => {
    const print = async (...args: string[]) => {
      let text = '';
      const program = programWith((more) => {
        text += more;
        if (text.includes('room-deleted')) ended.abort();
      });
      rooms.events.publish({ type: 'speaking', room: '会议室', connection: '1', speaking: true });
      rooms.events.publish({ type: 'room-deleted', room: '会议室' });
      await program.parseAsync(['events', '--after', 'run-0', '--server', url, ...args], { from: 'user' });
      return text;
    };
    expect(await print()).toMatch(
      /^\d\d:\d\d:\d\d {2}会议室 {2}speaking {2}1 speaks\n\d\d:\d\d:\d\d {2}会议室 {2}room-deleted\n$/,
    );
    ended = new AbortController();
    const lines = (await print('--json')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown).slice(0, 2)).toMatchObject([
      { type: 'speaking', id: 'run-1' },
      { type: 'room-deleted', id: 'run-2' },
    ]);
  });

  it('tell how the server is', async () => {
    expect(await run('health')).toMatch(/^status +ok\n/);
    expect(JSON.parse(await run('health', '--json'))).toMatchObject({ status: 'ok' });
  });

  it('fail with 1 when the server refuses, 2 when they are wrong, and 3 when it cannot be reached', async () => {
    expect(await failure('rooms', 'show', 'team')).toMatchObject({
      exitCode: 1,
      text: expect.stringMatching(/room-not-found/) as string,
    });
    for (const wrong of [
      ['dance'],
      ['rooms', 'dance'],
      ['layout', 'team', 'dance'],
      ['rooms', 'change', 'team'],
      ['rooms', 'create', 'team', '--max-users', '0'],
      ['join-link', 'team', '--expires', 'soon'],
      ['rooms', '--server', 'nowhere'],
      ['speaker', 'set', 'team'],
      ['completion', 'cmd.exe'],
    ])
      expect([wrong, await failure(...wrong)]).toMatchObject([wrong, { exitCode: 2 }]);
    await app.close();
    expect(await failure('rooms')).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/) as string,
    });
    expect(failureOf(new TypeError('ours'))).toBeUndefined();
  });

  it('have help with examples', async () => {
    let help = '';
    const program = programWith(() => undefined);
    const rooms_ = program.commands.find((command) => command.name() === 'rooms')!;
    rooms_.configureOutput({ writeOut: (text) => (help += text) });
    await expect(program.parseAsync(['rooms', '--help'], { from: 'user' })).rejects.toMatchObject({ exitCode: 0 });
    expect(help).toMatch(/Examples:\n {2}webstreamer rooms\n/);
  });
});

describe('the key of a command', () => {
  const keyOf = async (flags: object, environment: NodeJS.ProcessEnv) => {
    const seen: (string | null)[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = (_url, init) => {
      seen.push(new Headers(init?.headers).get('authorization'));
      return Promise.resolve(new Response('{}', { status: 200 }));
    };
    try {
      await openServer(flags, { STATE_DIRECTORY: '/nonexistent', ...environment }).stats();
    } finally {
      globalThis.fetch = original;
    }
    return seen;
  };

  it('comes from the option, else from the environment, else there is none', async () => {
    expect(await keyOf({ token: 'a' }, { WEBSTREAMER_TOKEN: 'b' })).toEqual(['Bearer a']);
    expect(await keyOf({}, { WEBSTREAMER_TOKEN: 'b' })).toEqual(['Bearer b']);
    expect(await keyOf({}, {})).toEqual([null]);
  });
});

describe('tables', () => {
  it('stand in columns whatever is in them, with numbers on the right', () => {
    expect(
      table(
        ['name', 'n'],
        [
          ['王', 1],
          ['Anna', 20],
          ['é', null],
        ],
      ),
    ).toBe('NAME   N\n王     1\nAnna  20\né      -\n');
    expect(
      list([
        ['a', true],
        ['bcd', 'x'],
      ]),
    ).toBe('a    yes\nbcd  x\n');
  });

  it('have nothing in them that moves the cursor or turns the line', () => {
    expect(plain('a\u001B[2Jb\nc\u202Ed\u009B')).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFD');
    const room = { name: '\u001B]0;x\u0007' } as RoomResource;
    expect(table(['room'], [[room.name]])).not.toContain('\u001B');
  });
});

describe('the completion', () => {
  const program = programWith(() => undefined);

  it('of bash completes commands, commands of commands, and options', async () => {
    const script = completionScript(program, 'bash');
    const complete = async (...words: string[]) => {
      const line = `COMP_WORDS=(webstreamer ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`;
      const { stdout } = await promisify(execFile)('bash', [
        '-c',
        `${script}\n${line}; _webstreamer; echo "\${COMPREPLY[*]}"`,
      ]);
      return stdout.trim().split(' ');
    };
    expect(await complete('roo')).toEqual(['rooms']);
    expect(await complete('rooms', '')).toEqual(expect.arrayContaining(['list', 'create', '--help']));
    expect(await complete('rooms', 'create', 'team', '--lay')).toEqual(['--layout']);
    expect(await complete('connections', 'mute', '--v')).toEqual(['--video']);
  });

  it.each(['zsh', 'fish'] as const)('of %s names every command', async (shell) => {
    const script = completionScript(program, shell);
    for (const command of program.commands) expect(script).toContain(command.name());
    const path = `/usr/bin/${shell}`;
    if (existsSync(path)) await promisify(execFile)(path, ['-n', '-c', script]);
  });
});
