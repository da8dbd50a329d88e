import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { packageInfo } from '../../../src/common/package-info.ts';
import { findPageFile } from '../../../src/server/http/page-files.ts';
import { pagePlaces } from '../../../src/server/http/page-places.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';

let folder: string;
let pages: string;
let app: FastifyInstance;

const FILES = {
  'pages/index.html': 'start',
  'pages/plain.txt': 'plain',
  'pages/Upper.js': '1',
  'pages/.env': 'secret',
  'pages/.git/config': 'secret',
  'pages/fake-keys/privatekey.pem': 'secret',
  'pages/demos/Video-Conferencing.html': 'conference',
  'pages/demos/js/Menu.js': 'menu',
  'pages/docs/index.html': 'docs',
  'pages/empty/file.txt': '',
  'outside/secret.txt': 'secret',
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  pages = join(folder, 'pages');
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync(join(folder, 'outside'), join(pages, 'way-out'));
  symlinkSync(join(folder, 'outside', 'secret.txt'), join(pages, 'secret.txt'));
  symlinkSync(join(pages, 'plain.txt'), join(pages, 'linked.txt'));
  app = await createHttpServer({
    logger: silentLogger,
    api: apiOver(new FakeRooms()),
    pages: pagePlaces(packageInfo(import.meta.url).root, pages),
  });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe("the team's own pages", () => {
  it.each([
    ['/', 'start', 'text/html; charset=utf-8'],
    ['/plain.txt', 'plain', 'text/plain; charset=utf-8'],
    ['/linked.txt', 'plain', 'text/plain; charset=utf-8'],
    ['/docs/', 'docs', 'text/html; charset=utf-8'],
    ['/demos/Video-Conferencing.html', 'conference', 'text/html; charset=utf-8'],
    ['/demos/video-conferencing.html?roomid=1', 'conference', 'text/html; charset=utf-8'],
    ['/Demos/JS/menu.JS', 'menu', 'application/javascript; charset=utf-8'],
  ])('are served: %s', async (url, body, type) => {
    const response = await app.inject(url);
    expect([response.statusCode, response.body, response.headers['content-type']]).toEqual([200, body, type]);
    const head = await app.inject({ method: 'HEAD', url });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', String(body.length)]);
  });

  it.each([
    '/upper.js',
    '/.env',
    '/.git/config',
    '/%2egit/config',
    '/fake-keys/privatekey.pem',
    '/way-out/secret.txt',
    '/way-out/',
    '/secret.txt',
    '/..%2foutside/secret.txt',
    '/%2e%2e/outside/secret.txt',
    '/demos/..%5c..%5coutside/secret.txt',
    '/demos/%00',
    '//outside',
    '/plain.txt/',
    '/empty/',
    '/nothing.html',
  ])('hold nothing else: %s', async (url) => {
    const response = await app.inject(url);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([404, 'not-found']);
  });

  it('lead from a folder to its address with a slash, and from /demos/ to the conference page', async () => {
    expect((await app.inject('/docs')).headers.location).toBe('/docs/');
    expect((await app.inject('/demos')).headers.location).toBe('/demos/');
    const demos = await app.inject('/demos/');
    expect([demos.statusCode, demos.headers.location]).toEqual([302, '/demos/Video-Conferencing.html']);
  });

  it('find the libraries that they do not bring themselves', async () => {
    for (const url of [
      '/dist/RTCMultiConnection.min.js',
      '/node_modules/webrtc-adapter/out/adapter.js',
      '/dev/getHTMLMediaElement.css',
    ]) {
      expect([url, (await app.inject(url)).statusCode]).toEqual([url, 200]);
    }
    expect((await app.inject('/node_modules/webrtc-adapter/package.json')).statusCode).toBe(404);
  });

  it('have no icon of ours forced on them, and no error for one that is not there', async () => {
    expect((await app.inject('/favicon.ico')).statusCode).toBe(204);
  });

  it('keep their scripts: no content policy, but the other headers', async () => {
    const { headers } = await app.inject('/');
    expect(headers['content-security-policy']).toBeUndefined();
    expect(headers['permissions-policy']).toContain('camera=(self), microphone=(self)');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('answer a repeated request with 304, and only reading is allowed', async () => {
    const { headers } = await app.inject('/plain.txt');
    const again = await app.inject({ url: '/plain.txt', headers: { 'if-none-match': String(headers.etag) } });
    expect(again.statusCode).toBe(304);
    const put = await app.inject({ method: 'PUT', url: '/plain.txt' });
    expect([put.statusCode, put.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('findPageFile', () => {
  it('never leaves its folder, whatever the path', async () => {
    const segment = fc.constantFrom(
      '..',
      '.',
      '',
      'demos',
      'way-out',
      'secret.txt',
      'outside',
      '.env',
      'docs',
      '%2e%2e',
      '\\',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 6 }), async (segments) => {
        const found = await findPageFile([{ prefix: '/', folder: pages }], `/${segments.join('/')}`);
        if (found?.kind !== 'file') return;
        expect(found.path).not.toMatch(/\.\.|secret|outside|\.env/);
        expect(Object.keys(FILES)).toContain(`pages/${found.path}`);
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing in a folder that does not exist', async () => {
    expect(await findPageFile([{ prefix: '/', folder: join(folder, 'gone') }], '/')).toBeNull();
  });
});

describe('our pages', () => {
  it('are sent with a content policy that lets nothing in from elsewhere', async () => {
    const own = await createHttpServer({
      logger: silentLogger,
      api: apiOver(new FakeRooms()),
      pages: { places: [{ prefix: '/', folder: pages }], own: true },
    });
    const { headers } = await own.inject('/');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    await own.close();
  });

  it('are framed by pages of the same origin alone, but the page of a room by those that are named as well', async () => {
    const framing = async (frameAncestors: string[] | undefined, address: string) => {
      const own = await createHttpServer({
        logger: silentLogger,
        api: apiOver(new FakeRooms()),
        pages: {
          places: [{ prefix: '/', folder: join(packageInfo(import.meta.url).root, 'src', 'web') }],
          own: true,
          ...(frameAncestors && { frameAncestors }),
        },
      });
      const { headers, statusCode } = await own.inject(address);
      await own.close();
      const policy = String(headers['content-security-policy']).split('; ');
      return [statusCode, policy.filter((part) => part.startsWith('frame-ancestors')), headers['x-frame-options']];
    };
    const alone = [200, ["frame-ancestors 'self'"], 'SAMEORIGIN'];
    const product = 'https://product.example';
    expect(await framing(undefined, '/rooms/lobby')).toEqual(alone);
    expect(await framing([product], '/console/index.html')).toEqual(alone);
    expect(await framing([product, 'https://b.example'], '/rooms/lobby')).toEqual([
      200,
      [`frame-ancestors 'self' ${product} https://b.example`],
      undefined,
    ]);
  });
});
