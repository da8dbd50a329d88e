import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { listen, ownUrl } from '../../../src/server/http/listen.ts';

describe('listen', () => {
  it('takes a free port for 0 and says which', async () => {
    const app = fastify();
    const port = await listen(app, '127.0.0.1', 0);
    expect(port).toBeGreaterThan(0);
    expect((await fetch(`${ownUrl('127.0.0.1', port)}/`)).status).toBe(404);
    await app.close();
  });

  it('says port-in-use when another program has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(listen(fastify(), '127.0.0.1', port)).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(String(port)) as string,
    });
    other.close();
  });

  it('says bad-config for an address that is not of this machine', async () => {
    await expect(listen(fastify(), '192.0.2.1', 0)).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('ownUrl', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:9001'],
    ['0.0.0.0', 'http://127.0.0.1:9001'],
    ['::', 'http://[::1]:9001'],
    ['::1', 'http://[::1]:9001'],
    ['media.example', 'http://media.example:9001'],
  ])('reaches a server on %s by %s', (host, url) => {
    expect(ownUrl(host, 9001)).toBe(url);
  });
});
