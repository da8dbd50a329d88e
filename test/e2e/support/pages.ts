import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { packageInfo } from '../../../src/common/package-info.ts';
import type { Person } from './person.ts';

const { root: ROOT } = packageInfo(import.meta.url);
const CLASSIC = join(ROOT, 'node_modules', 'rtcmulticonnection-3.4.5');
const PAGES = join(ROOT, 'test', 'e2e', 'support', 'pages');

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
 * Opens an unmodified demo of npm rtcmulticonnection 3.4.5, by default its conference page, as if it came from `origin`: its files come from the
 * package, everything else, socket.io above all, from the server.
 */
export async function openClassicPage(person: Person, origin: string, demo = 'Video-Conferencing'): Promise<void> {
  // Some demos take parts of the library from its author's site; the package has them as well, one under another name.
  await person.context.route(/^https:\/\/cdn\.webrtc-experiment\.com/, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1).replace('getMediaElement', 'getHTMLMediaElement');
    const file = join(CLASSIC, 'dev', name);
    const body = existsSync(file) ? await readFile(file, 'utf8') : '';
    await route.fulfill({
      body: name.startsWith('getHTML') ? `${body}\nvar getMediaElement = getHTMLMediaElement;` : body,
      contentType: TYPES['.js'] ?? '',
    });
  });
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
  await person.open(`${origin}/demos/${demo}.html`);
}

/**
 * Opens a page that uses rtcmulticonnection 3.7.1 with the library's own defaults, as if it came from `origin`; or another one of
 * `support/pages`.
 */
export async function openPlainPage(person: Person, origin: string, name = 'plain-3.7.1'): Promise<void> {
  const url = `${origin}/demos/${name}.html`;
  await person.context.route(url, async (route) => {
    await route.fulfill({ body: await readFile(join(PAGES, `${name}.html`)), contentType: TYPES['.html'] ?? '' });
  });
  await person.open(url);
}
