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
  "frame-ancestors 'self'",
].join('; ');

const HEADERS = {
  'permissions-policy': 'camera=(self), microphone=(self), display-capture=(self), autoplay=(self)',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'SAMEORIGIN',
  'cache-control': 'no-cache',
};

/** The page of every room: which one, it reads from its address. */
const ROOM_PAGE = '/room/index.html';

/** Registers the pages at `/`: GET and HEAD of files, their folders, `/demos/` without regard to case,
 * and of ours `/rooms/{name}`. */
export async function registerPages(app: FastifyInstance, { places, own }: PagesOptions): Promise<void> {
  await app.register(fastifyStatic, { serve: false, dotfiles: 'deny', cacheControl: false });
  const headers = own ? { ...HEADERS, 'content-security-policy': CONTENT_POLICY } : HEADERS;
  if (own) {
    resource(app, '/rooms/:name', {
      GET: async (_request, reply) => {
        const page = await findPageFile(places, ROOM_PAGE);
        if (page?.kind !== 'file') throw new WebstreamerError('not-found', 'There is no page for rooms');
        return reply.headers(headers).sendFile(page.path, page.folder);
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
