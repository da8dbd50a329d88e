import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { greeting } from '../../../src/cli/greeting.ts';
import { createProgram } from '../../../src/cli/program.ts';
import type { Role } from '../../../src/cli/program.ts';
import type { Config } from '../../../src/protocol/config.ts';

function quieten(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const sub of command.commands) quieten(sub);
}

async function parse(...args: string[]): Promise<{ role: Role; config: Config }> {
  let started: { role: Role; config: Config } | undefined;
  const program = createProgram('1.2.3', {
    start: (role, config) => {
      started = { role, config };
      return Promise.resolve();
    },
    makeCertificate: () => Promise.reject(new Error('no certificate is asked for')),
    diagnose: () => Promise.reject(new Error('no diagnosis is asked for')),
    terminal: { write: () => undefined, environment: {}, signal: AbortSignal.abort() },
  });
  quieten(program);
  await program.parseAsync(args, { from: 'user' });
  if (started === undefined) throw new Error('nothing was started');
  return started;
}

describe('webstreamer', () => {
  it('starts everything without any argument', async () => {
    expect(await parse()).toMatchObject({ role: 'webstreamer', config: { port: 9001, host: '127.0.0.1' } });
  });

  it('takes port and host from the command line', async () => {
    expect(await parse('--port', '0', '--host', '::')).toMatchObject({ config: { port: 0, host: '::' } });
  });

  it('starts the bridge alone, with options before or after the word', async () => {
    expect(await parse('bridge', '--port', '1')).toMatchObject({ role: 'bridge', config: { port: 1 } });
    expect(await parse('--port', '1', 'bridge')).toMatchObject({ role: 'bridge', config: { port: 1 } });
    expect(await parse('serve', '--only', 'bridge', '--port', '1')).toMatchObject({ role: 'bridge' });
    expect(await parse('serve')).toMatchObject({ role: 'webstreamer', config: { port: 9001 } });
  });

  it('starts the rooms alone, on a port of their own', async () => {
    expect(await parse('serve', '--only', 'rooms', '--bridge', 'http://127.0.0.1:9001')).toMatchObject({
      role: 'rooms',
      config: { port: 9002, bridge: { url: 'http://127.0.0.1:9001' } },
    });
    expect(await parse('serve', '--only', 'rooms', '--bridge', 'http://h', '--port', '7')).toMatchObject({
      config: { port: 7 },
    });
  });

  it.each([
    [['serve', '--only', 'rooms'], /needs --bridge URL/],
    [['serve', '--only', 'rooms', '--bridge', 'nowhere'], /The command line: bridge.url: must be a URL/],
    [['--config', '/nonexistent.yaml'], /cannot be read/],
  ])('refuses %j as bad-config', async (args, message) => {
    await expect(parse(...args)).rejects.toMatchObject({
      code: 'bad-config',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    [['--port', 'x']],
    [['--port', '65536']],
    [['--port', '-1']],
    [['--nonsense']],
    [['dance']],
    [['bridge', 'x']],
    [['serve', '--only', 'pages']],
  ])('refuses %j as a wrong command line', async (args) => {
    await expect(parse(...args)).rejects.toMatchObject({ exitCode: 1 });
  });

  it.each(['--help', '--version'])('ends with success after %s', async (flag) => {
    await expect(parse(flag)).rejects.toMatchObject({ exitCode: 0 });
  });
});

describe('the greeting', () => {
  const rooms = [{ name: 'lobby', connections: ['1', '2'] }];

  it('says what to open, by a name for which browsers give the camera, and that others need https', () => {
    const text = greeting('webstreamer', 'http://127.0.0.1:9001', rooms);
    expect(text).toContain('http://localhost:9001/demos/Video-Conferencing.html');
    expect(text).toContain('Room lobby: join with 1, 2');
    expect(text).toMatch(/another machine needs https/);
  });

  it('says no more than is there', () => {
    expect(greeting('bridge', 'http://[::1]:9001', rooms)).not.toMatch(/lobby|api/);
    expect(greeting('rooms', 'http://10.0.0.1:9002', rooms)).not.toContain('demos');
    expect(greeting('rooms', 'http://10.0.0.1:9002', rooms)).toContain('http://10.0.0.1:9002/api/v1/rooms');
  });
});
