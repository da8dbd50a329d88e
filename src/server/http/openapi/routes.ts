import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { resource } from '../resource.ts';
import { openApiDocument } from './document.ts';
import { referencePage } from './reference-page.ts';
import { STYLE } from './reference-style.ts';

/** Nothing but the page's own style: no scripts, and nothing from anywhere. */
const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_POLICY,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Registers what says what the API is: for programs `/api/v1/openapi.json`, for people `/api/`. */
export function registerReference(app: FastifyInstance): void {
  // Made when somebody asks for the first time: most servers run without it.
  let made: { json: string; page: string } | undefined;
  const reference = () => {
    if (made !== undefined) return made;
    const document = openApiDocument();
    made = { json: `${JSON.stringify(document, null, 2)}\n`, page: referencePage(document) };
    return made;
  };
  resource(app, '/api/v1/openapi.json', {
    GET: (_request, reply) =>
      reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(reference().json),
  });
  resource(app, '/api/', {
    GET: (_request, reply) => reply.headers(HEADERS).type('text/html; charset=utf-8').send(reference().page),
  });
  resource(app, '/api', { GET: (_request, reply) => reply.redirect('/api/', 308) });
}
