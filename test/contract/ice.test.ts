import { afterEach, describe, expect, it } from 'vitest';
import { readRtp } from '../../bench/load/rtp.ts';
import { type Logger, silentLogger } from '../../src/common/logger.ts';
import type { IceSettings } from '../../src/protocol/ice.ts';
import type { Endpoint, MediaEngine } from '../../src/server/media/media-engine.ts';
import { BarePage } from './support/bare-page.ts';
import { startEngine } from './support/engine.ts';

const errors: Record<string, unknown>[] = [];
const logger: Logger = { ...silentLogger, child: () => logger, error: (fields) => errors.push(fields) };
const engines: MediaEngine[] = [];

async function endpointsWith(settings: Partial<IceSettings>): Promise<() => Promise<Endpoint>> {
  const engine = await startEngine({ ice: { turnServers: [], transportPolicy: 'all', ...settings }, logger });
  engines.push(engine);
  const room = await engine.createRoom('room');
  return () => room.createEndpoint();
}

afterEach(async () => {
  errors.splice(0);
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** The ports of the candidates of a new offer. */
async function firstPort(endpoint: Endpoint): Promise<number> {
  const found = new Promise<number>((resolve) => {
    endpoint.events.on('candidate', ({ candidate }) => {
      resolve(Number(/ (\d+) typ /.exec(candidate)?.[1]));
    });
  });
  await endpoint.createOffer();
  return await found;
}

const failureOf = (endpoint: Endpoint) =>
  new Promise<void>((resolve) => {
    endpoint.events.on('failed', resolve);
  });

describe('a range of ports', () => {
  it('is kept to, and each of its ports is used again', async () => {
    const portRange = { min: 42_100, max: 42_103 };
    const newEndpoint = await endpointsWith({ portRange });
    for (let round = 0; round < 2; round++) {
      const endpoints = await Promise.all(Array.from({ length: 4 }, newEndpoint));
      const ports = await Promise.all(endpoints.map(firstPort));
      expect(ports.toSorted()).toEqual([42_100, 42_101, 42_102, 42_103]);
      await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    }
  });

  it('that is used up costs the next endpoint, with a line in the log, and nobody else', async () => {
    const newEndpoint = await endpointsWith({ portRange: { min: 42_110, max: 42_110 } });
    const { page } = await BarePage.join(await newEndpoint());
    const late = await newEndpoint();
    const failed = failureOf(late);
    await late.createOffer();
    await failed;
    expect(errors).toMatchObject([
      { endpoint: late.id, code: 'no-ice-candidates', portRange: { min: 42_110, max: 42_110 } },
    ]);
    await page.next('packet', readRtp);
    page.close();
  });
});

it('an endpoint that may use relays only fails when none answers', async () => {
  const nobody = { url: 'turn:127.0.0.1:9', username: 'user', credential: 'very secret' };
  const newEndpoint = await endpointsWith({ turnServers: [nobody], transportPolicy: 'relay' });
  const endpoint = await newEndpoint();
  const failed = failureOf(endpoint);
  await endpoint.createOffer();
  await failed;
  expect(errors).toMatchObject([{ code: 'no-ice-candidates', transportPolicy: 'relay' }]);
  expect(JSON.stringify(errors)).not.toContain('very secret');
});
