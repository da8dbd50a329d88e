import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { WebstreamerError } from '../../protocol/errors.ts';
import { resource } from './resource.ts';
import { findPageFile } from './page-files.ts';
import type { PageFolder } from './page-files.ts';

/** What is served beside the API. `own`: the pages are ours, so that their content policy is known. */
export interface PagesOptions {
  places: readonly PageFolder[];
  own: boolean;
  /** The origins whose pages may frame the page of a room, beside our own. */
  frameAncestors?: readonly string[];
}

/** RTCMultiConnection sets styles on its elements and shows streams and recordings from blobs; nothing comes from elsewhere. */
const CONTENT_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob: mediastream:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

const HEADERS = {
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), autoplay=(self)',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Who may frame a page, in the words of new browsers and, as far as they have one for it, in that of old ones. */
function framing(own: boolean, ancestors: readonly string[]): Record<string, string> {
  const policy = `${CONTENT_POLICY}; frame-ancestors ${["'self'", ...ancestors].join(' ')}`;
  return {
    ...(own && { 'content-security-policy': policy }),
    ...(ancestors.length === 0 && { 'x-frame-options': 'SAMEORIGIN' }),
  };
}

/** The page of every room: which one, it reads from its address. */
const ROOM_PAGE = '/room/index.html';

/** Registers the pages at `/`: GET and HEAD of files, their folders, `/demos/` without regard to case,
 * and of ours `/rooms/{name}`. */
export async function registerPages(
  app: FastifyInstance,
  { places, own, frameAncestors = [] }: PagesOptions,
): Promise<void> {
  await app.register(fastifyStatic, { serve: false, dotfiles: 'deny', cacheControl: false });
  const headers = { ...HEADERS, ...framing(own, []) };
  const roomHeaders = { ...HEADERS, ...framing(own, frameAncestors) };
  if (own) {
    resource(app, '/rooms/:name', {
      GET: async (_request, reply) => {
        const page = await findPageFile(places, ROOM_PAGE);
        if (page?.kind !== 'file') throw new WebstreamerError('not-found', 'There is no page for rooms');
        return reply.headers(roomHeaders).sendFile(page.path, page.folder);
      },
    });
  }
  resource(app, '/*', {
    GET: async (request, reply) => {
      const path = `/${(request.params as { '*': string })['*']}`;
      const found = await findPageFile(places, path);
      reply.headers(headers);
      // Browsers ask for it on every page; having none is not an error.
      if (found === null && path === '/favicon.ico') return reply.code(204).send();
      if (found === null) throw new WebstreamerError('not-found', `There is nothing at ${path}`);
      return found.kind === 'redirect' ? reply.redirect(found.to) : reply.sendFile(found.path, found.folder);
    },
  });
}
