import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/cli/config-file.ts';
import { WebstreamerError } from '../../../src/protocol/errors.ts';
import { newRoom } from '../room/settings.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(yaml: string): string {
  const path = join(folder, 'webstreamer.yaml');
  writeFileSync(path, yaml);
  return path;
}

function refusal(yaml: string): string {
  try {
    loadConfig(fileOf(yaml));
  } catch (error) {
    expect(error).toBeInstanceOf(WebstreamerError);
    expect(error).toMatchObject({ code: 'bad-config' });
    return (error as Error).message.replace(`${folder}/`, '');
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('has a default for everything: this machine, port 9001, the lobby with eight connections', () => {
    const config = loadConfig(undefined);
    expect(config).toEqual({
      frameAncestors: [],
      host: '127.0.0.1',
      port: 9001,
      bridge: {
        graceMs: 4000,
        trustedProxies: [],
        limits: {
          sockets: 20_000,
          socketsPerAddress: 2000,
          eventsPerSecond: 200,
          eventsPerSecondPerAddress: 10_000,
          eventBytes: 1_000_000,
          bytesPerSecond: 1_000_000,
        },
      },
      auth: { keys: [], limits: { failuresPerMinute: 20, requestsPerSecond: 200 } },
      drain: {
        deadlineMs: 0,
        message: 'This server is about to shut down. Calls go on for a while, but nobody else can join.',
      },
      workers: 1,
      ice: { addresses: [], turnServers: [], transportPolicy: 'all' },
      webhooks: [],
      video: { maxBitrateBps: 1_500_000 },
      grid: { width: 1280, height: 720, frameRate: 30, bitrateBps: 2_000_000 },
      rooms: [newRoom({ connections: ['1', '2', '3', '4', '5', '6', '7', '8'] })],
      log: { level: 'info' },
    });
    expect(loadConfig(fileOf('# nothing yet\n'))).toEqual(config);
  });

  it.each([
    ['width: 1281', 'grid.width: must be even'],
    ['width: 100', 'grid.width'],
    ['height: 4000', 'grid.height'],
    ['frameRate: 0', 'grid.frameRate'],
    ['bitrateBps: 1', 'grid.bitrateBps'],
  ])('refuses a grid with %s', (setting, problem) => {
    expect(() => loadConfig(fileOf(`grid: { ${setting} }\n`))).toThrow(problem);
  });

  it('takes the file over the defaults and the command line over the file', () => {
    const file = fileOf('port: 1\nhost: "::1"\nbridge: { graceMs: 5, url: "http://a" }\nrooms: []\n');
    expect(loadConfig(file, {}, { port: 9 })).toMatchObject({ port: 1, host: '::1', rooms: [] });
    expect(loadConfig(file, { port: 2, host: '0.0.0.0', bridgeUrl: 'http://b' })).toMatchObject({
      port: 2,
      host: '0.0.0.0',
      bridge: { graceMs: 5, url: 'http://b' },
    });
    expect(loadConfig(undefined, {}, { port: 9 }).port).toBe(9);
  });

  it.each([
    ['prot: 9001', 'webstreamer.yaml: prot: there is no such key'],
    ['video: { maxBitrate: 5 }', 'webstreamer.yaml: video.maxBitrate: there is no such key'],
    ['port: "9001"', 'webstreamer.yaml: port: Invalid input: expected number, received string'],
    ['port: 70000', /^webstreamer.yaml: port: Too big/],
    ['bridge: { url: "ftp://x" }', 'webstreamer.yaml: bridge.url: must be a URL with http:// or https://'],
    ['ice: { addresses: [localhost] }', 'webstreamer.yaml: ice.addresses[0]: must be an IP address'],
    ['ice: { portRange: { min: 2000, max: 1999 } }', 'webstreamer.yaml: ice.portRange: min must not be above max'],
    [
      'ice: { stunServer: "stun.example.org" }',
      'webstreamer.yaml: ice.stunServer: must be stun:HOST or stun:HOST:PORT',
    ],
    ['ice: { transportPolicy: relay }', 'webstreamer.yaml: ice.transportPolicy: relay needs turnServers'],
    [
      'ice: { turnServers: [{ url: "turns:a", username: u, credential: c }] }',
      'webstreamer.yaml: ice.turnServers[0].url: must be turn:HOST or turn:HOST:PORT',
    ],
    [
      'rooms: [{ name: a, connections: [1] }]',
      'webstreamer.yaml: rooms[0].connections[0]: must be text, not a number: write "1" in quotes',
    ],
    ['rooms: [{ name: a, codec: h265 }]', /^webstreamer.yaml: rooms\[0\]\.codec: /],
    ['rooms: [{ name: a }, { name: a }]', 'webstreamer.yaml: rooms: there are two rooms of the name a'],
    [
      'rooms: [{ name: a, connections: ["1"] }, { name: b, connections: ["1"] }]',
      'webstreamer.yaml: rooms: the connection 1 is there twice',
    ],
    ['prot: 1\nlog: { level: loud }', /prot: there is no such key/],
    ['prot: 1\nlog: { level: loud }', /log.level: /],
    ['port: [', /^webstreamer.yaml is not YAML: /],
    ['- port', 'webstreamer.yaml must be a mapping of keys to values'],
    ['bridge: 7', /^webstreamer.yaml: bridge: /],
  ])('refuses %j with the path of what is wrong', (yaml, message) => {
    expect(refusal(yaml)).toMatch(message);
  });

  it('says which file cannot be read', () => {
    expect(() => loadConfig(join(folder, 'gone.yaml'))).toThrow(/gone\.yaml cannot be read/);
  });

  it('is not misled by a flag that the file contradicts with nonsense', () => {
    expect(() => loadConfig(fileOf('bridge: 7'), { bridgeUrl: 'http://b' })).toThrow(/bridge: /);
  });
});
