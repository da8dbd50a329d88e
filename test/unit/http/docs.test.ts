import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { ERRORS } from '../../../src/protocol/errors.ts';
import { registerApi } from '../../../src/server/http/api-routes.ts';
import { listen } from '../../../src/server/http/listen.ts';
import { createErrorHandler } from '../../../src/server/http/problem.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';
import { newRoom } from '../room/settings.ts';

describe('docs/errors.md', () => {
  it('has every error of the table, and no other', () => {
    const documentation = readFileSync('docs/errors.md', 'utf8');
    const rows = [...documentation.matchAll(/^\| `([^`]+)` +\| (\d+) +\| (yes|no) +\| (.+?) +\|$/gm)];
    const documented = Object.fromEntries(
      rows.map(
        ([, code, status, retry, title]) => [code!, { status: Number(status), title, retry: retry === 'yes' }] as const,
      ),
    );
    expect(documented).toEqual(ERRORS);
  });
});

describe('docs/api.md', () => {
  const documentation = readFileSync('docs/api.md', 'utf8');

  it('names every route there is, and no other', async () => {
    const documented = [...documentation.matchAll(/^\| `([A-Z]+ \/\S+)`/gm)].map(([, route]) => route);
    const app = fastify();
    app.setErrorHandler(createErrorHandler(silentLogger));
    const urls = new Set<string>();
    app.addHook('onRoute', ({ url }) => {
      urls.add(url);
    });
    registerApi(app, apiOver(new FakeRooms()));
    // What tells of the API is no operation of it.
    for (const url of ['/api/*', '/api', '/api/', '/api/v1/openapi.json']) urls.delete(url);
    const found: string[] = [];
    for (const url of urls) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
        const { statusCode } = await app.inject({ method, url: `${url.replace(/:\w+/g, 'x')}?none` });
        if (statusCode !== 405) found.push(`${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
      }
    }
    await app.close();
    expect(documented.sort()).toEqual(found.sort());
  });
});

describe('examples/rooms.sh', () => {
  it('runs against a server and leaves nothing behind', async () => {
    const rooms = new FakeRooms();
    const app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
    const port = await listen(app, '127.0.0.1', 0);
    const { stdout } = await promisify(execFile)('examples/rooms.sh', [`http://127.0.0.1:${port}`]);
    expect(stdout).toContain('"speaker":"red"');
    expect(rooms.listRooms()).toEqual([]);
    await app.close();
  });

  it('ends with an error when a call is refused', async () => {
    const rooms = new FakeRooms();
    rooms.createRoom(newRoom({ name: 'team' }));
    const app = await createHttpServer({ logger: silentLogger, api: apiOver(rooms) });
    const port = await listen(app, '127.0.0.1', 0);
    const run = promisify(execFile)('examples/rooms.sh', [`http://127.0.0.1:${port}`]);
    await expect(run).rejects.toMatchObject({ code: 22, stdout: expect.stringContaining('room-exists') as string });
    await app.close();
  });

  it('is what docs/api.md shows', () => {
    const documentation = readFileSync('docs/api.md', 'utf8');
    const calls = [...documentation.matchAll(/curl -X (\w+) "\$api([^"]*)"(?:.*-d '(.*)')?/g)].map(
      ([, ...call]) => call,
    );
    const script = readFileSync('examples/rooms.sh', 'utf8');
    expect(calls.length).toBeGreaterThan(5);
    for (const [method, path, body] of calls) {
      expect(script).toContain(`call ${method} ${path}${body === undefined ? '' : ` '${body}'`}\n`);
    }
  });
});
