#!/usr/bin/env node
// Writes docs/openapi.json, and the table of operations in docs/api.md, from what has been built (`npm run build`).
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { withTable } from './operations-table.mjs';
import { inRoot } from './setup/paths.mjs';

const BUILT = new URL('../dist/server/http/openapi/document.js', import.meta.url).href;
const { openApiDocument } = /** @type {typeof import('../src/server/http/openapi/document.ts')} */ (
  /** @type {unknown} */ (await import(BUILT))
);

const document = openApiDocument();
const api = inRoot('docs', 'api.md');
for (const [path, text] of /** @type {const} */ ([
  [inRoot('docs', 'openapi.json'), JSON.stringify(document)],
  [api, withTable(readFileSync(api, 'utf8'), document)],
])) {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
