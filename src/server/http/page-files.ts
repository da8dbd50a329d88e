import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A folder whose files appear below a URL prefix; both `/` and `/dist/` are prefixes. */
export interface PageFolder {
  prefix: string;
  folder: string;
}

/** What a URL path leads to: a file in a folder, or another address. */
export type PageFile = { kind: 'file'; folder: string; path: string } | { kind: 'redirect'; to: string };

const DEMO_PAGE = 'Video-Conferencing.html';
/** Keys lie in the checkout of RTCMultiConnection, beside the pages. */
const SECRET = /\.(pem|key|p12|pfx)$/i;

function isServable(segment: string): boolean {
  return !segment.startsWith('.') && !/[\\\0]/.test(segment) && !SECRET.test(segment);
}

/** The name that `wanted` has in `folder`, whatever its case; an exact match wins. */
async function nameWithoutCase(folder: string, wanted: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes(wanted)) return wanted;
  return names.sort().find((name) => name.toLowerCase() === wanted.toLowerCase()) ?? wanted;
}

/** The segments as they are written on the disk: below `demos` case does not matter, as on the servers that the pages come from. */
async function writtenSegments(folder: string, segments: string[]): Promise<string[]> {
  if (segments[0]?.toLowerCase() !== 'demos') return segments;
  const written: string[] = [];
  for (const segment of segments) written.push(await nameWithoutCase(join(folder, ...written), segment));
  return written;
}

/** What is at the segments below `folder`, or null; a symbolic link that leads out of the folder counts as nothing. */
async function look(folder: string, segments: string[]): Promise<{ segments: string[]; directory: boolean } | null> {
  try {
    const written = await writtenSegments(folder, segments);
    const root = await realpath(folder);
    const path = await realpath(join(folder, ...written));
    if (path !== root && !path.startsWith(root + sep)) return null;
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) return null;
    return { segments: written, directory: found.isDirectory() };
  } catch {
    return null;
  }
}

function file(folder: string, segments: string[]): PageFile {
  return { kind: 'file', folder, path: segments.join('/') };
}

/** A folder's address: its index; without one, `/` leads to `/demos/` and `/demos/` to the conference page. */
async function index({ prefix, folder }: PageFolder, segments: string[]): Promise<PageFile | null> {
  const found = await look(folder, [...segments, 'index.html']);
  if (found?.directory === false) return file(folder, found.segments);
  if (prefix !== '/') return null;
  if (segments.length === 0 && (await look(folder, ['demos'])) !== null) return { kind: 'redirect', to: '/demos/' };
  if (segments.length !== 1 || segments[0]?.toLowerCase() !== 'demos') return null;
  const page = await look(folder, ['demos', DEMO_PAGE]);
  return page === null ? null : { kind: 'redirect', to: `/${page.segments.join('/')}` };
}

async function findIn(place: PageFolder, path: string): Promise<PageFile | null> {
  const segments = path.slice(place.prefix.length).split('/');
  const asFolder = segments.at(-1) === '';
  if (asFolder) segments.pop();
  if (segments.includes('') || !segments.every(isServable)) return null;
  const found = await look(place.folder, segments);
  if (found === null) return null;
  if (!found.directory) return asFolder ? null : file(place.folder, found.segments);
  if (asFolder) return index(place, found.segments);
  return { kind: 'redirect', to: `${place.prefix}${found.segments.map(encodeURIComponent).join('/')}/` };
}

/**
 * What the decoded URL path leads to in the first of `places` that has it, or null. Never anything outside of the folders, no
 * dotfile and no private key.
 */
export async function findPageFile(places: readonly PageFolder[], path: string): Promise<PageFile | null> {
  for (const place of places) {
    const found = path.startsWith(place.prefix) ? await findIn(place, path) : null;
    if (found !== null) return found;
  }
  return null;
}
