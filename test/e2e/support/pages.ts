import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { packageInfo } from '../../../src/common/package-info.ts';
import type { Person } from './person.ts';

const { root: ROOT } = packageInfo(import.meta.url);
const CLASSIC = join(ROOT, 'node_modules', 'rtcmulticonnection-3.4.5');
const PLAIN = join(ROOT, 'test', 'e2e', 'support', 'pages', 'plain-3.7.1.html');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The file that a server has to send for a path of the product's pages or of the packages they load; undefined for any other. */
export function webFile(path: string): { file: string; type: string } | undefined {
  const safe = normalize(decodeURIComponent(path));
  const mounts: [prefix: string, folder: string][] = [
    ['/node_modules/webrtc-adapter/out/', join(ROOT, 'node_modules', 'webrtc-adapter', 'out')],
    ['/dist/', join(ROOT, 'node_modules', 'rtcmulticonnection', 'dist')],
    ['/', join(ROOT, 'dist', 'web')],
  ];
  const [prefix, folder] = mounts.find(([mount]) => safe.startsWith(mount)) ?? [];
  if (prefix === undefined || folder === undefined) return undefined;
  const file = join(folder, safe === '/' ? 'index.html' : safe.slice(prefix.length));
  return existsSync(file) ? { file, type: TYPES[extname(file)] ?? 'application/octet-stream' } : undefined;
}

/** The product's page on the server at `origin`. */
export function ourPage(origin: string): string {
  return `${origin}/demos/Video-Conferencing.html`;
}

/**
 * Opens the unmodified Video-Conferencing page of npm rtcmulticonnection 3.4.5 as if it came from `origin`: its files come from the
 * package, everything else, socket.io above all, from the server.
 */
export async function openClassicPage(person: Person, origin: string): Promise<void> {
  await person.context.route(`${origin}/**`, async (route) => {
    const path = normalize(decodeURIComponent(new URL(route.request().url()).pathname));
    const file = join(CLASSIC, path);
    if (/^\/(demos|dev|dist)\//.test(path) && existsSync(file)) {
      await route.fulfill({
        body: await readFile(file),
        contentType: TYPES[extname(file)] ?? 'application/octet-stream',
      });
    } else await route.continue();
  });
  await person.open(`${origin}/demos/Video-Conferencing.html`);
}

/** Opens a page that uses rtcmulticonnection 3.7.1 with the library's own defaults, as if it came from `origin`. */
export async function openPlainPage(person: Person, origin: string): Promise<void> {
  const url = `${origin}/demos/plain-3.7.1.html`;
  await person.context.route(url, async (route) => {
    await route.fulfill({ body: await readFile(PLAIN), contentType: TYPES['.html'] ?? '' });
  });
  await person.open(url);
}
