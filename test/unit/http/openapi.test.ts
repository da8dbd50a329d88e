import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { withTable } from '../../../scripts/operations-table.mjs';
import { silentLogger } from '../../../src/common/logger.ts';
import { ERRORS, type ErrorCode } from '../../../src/protocol/errors.ts';
import { OPERATIONS, type Operation, type OperationName } from '../../../src/protocol/http-api/operations.ts';
import { openApiDocument } from '../../../src/server/http/openapi/document.ts';
import { EXAMPLES } from '../../../src/server/http/openapi/examples.ts';
import { createHttpServer } from '../../../src/server/http/server.ts';
import { FakeRooms, apiOver } from './fake-rooms.ts';

const document = openApiDocument();
const operations = Object.entries(OPERATIONS) as [OperationName, Operation][];
const documented = ([, { path, method }]: [OperationName, Operation]) => document.paths[path]![method.toLowerCase()]!;

const formatted = async (path: string, text: string) =>
  format(text, { ...(await resolveConfig(path)), filepath: path });

describe('the OpenAPI document', () => {
  it('is valid', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
  });

  it('is refused when a part of it is broken, so that being valid says something', async () => {
    const broken = { ...structuredClone(document), paths: { '/x': { get: { responses: 7 } } } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('is the one in docs/openapi.json: node scripts/openapi.mjs writes it', async () => {
    const path = 'docs/openapi.json';
    expect(readFileSync(path, 'utf8')).toBe(await formatted(path, JSON.stringify(document)));
  });

  it('refers to nothing that it does not have, and has nothing that it does not refer to', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect([...new Set([...referred, 'Event'])].sort()).toEqual(Object.keys(document.components.schemas).sort());
    expect(text).not.toContain('$defs');
  });

  it.each(operations)('has %s, with its parameters, its body, its answer, and every error it can have', (...entry) => {
    const [name, operation] = entry;
    const found = documented(entry);
    expect(found).toMatchObject({ operationId: name, summary: operation.summary, tags: [operation.tag] });
    expect(found.security).toEqual(operation.scope === null ? [] : [{ bearer: [] }, {}]);
    const parameters = (found.parameters ?? []).map(({ name: parameter, in: place }) => `${place} ${parameter}`);
    expect(parameters).toEqual([
      ...Object.keys(operation.params.shape).map((key) => `path ${key}`),
      ...Object.keys((operation.query as z.ZodObject).shape).map((key) => `query ${key}`),
      ...(operation.conditional ? ['header If-Match'] : []),
    ]);
    expect(found.requestBody === undefined).toBe(operation.body === null);
    expect(Object.keys(found.responses)).toContain(String(operation.answer.status));
    for (const code of operation.errors) {
      const answer = found.responses[ERRORS[code].status]!;
      expect(JSON.stringify(answer.content)).toContain(`"${code}"`);
    }
  });

  it('has examples that the server itself would take and give', () => {
    for (const [name, operation] of operations) {
      const { body, answer } = EXAMPLES[name] ?? {};
      if (body !== undefined) operation.body!.parse(body);
      if (answer !== undefined) expect((operation.answer.body as z.ZodType).parse(answer)).toEqual(answer);
    }
    expect(Object.keys(EXAMPLES).length).toBeGreaterThan(10);
  });

  it('names no error for an operation that is not in the table of errors', () => {
    const codes = [...JSON.stringify(document.paths).matchAll(/"code":\{"enum":(\[[^\]]+\])/g)];
    expect(codes.length).toBeGreaterThan(operations.length);
    for (const [, list] of codes)
      for (const code of JSON.parse(list!) as string[]) expect(ERRORS[code as ErrorCode]).toBeDefined();
  });
});

describe('docs/api.md', () => {
  it('has the table of operations: node scripts/openapi.mjs writes it', async () => {
    const path = 'docs/api.md';
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(await formatted(path, withTable(text, document)));
  });
});

describe('a server', () => {
  it('gives the document, and a page for people without scripts and without anything from elsewhere', async () => {
    const app = await createHttpServer({ logger: silentLogger, api: apiOver(new FakeRooms()) });
    const json = await app.inject('/api/v1/openapi.json');
    expect(json.json()).toEqual(document);
    const page = await app.inject('/api/');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const [name, { path, summary }] of operations) {
      expect(page.body).toContain(`id="${name}"`);
      expect(page.body).toContain(`<code>${path}</code>`);
      expect(page.body).toContain(summary.replace(/'/g, '&#39;'));
    }
    for (const [, target] of page.body.matchAll(/href="#([^"]+)"/g)) expect(page.body).toContain(`id="${target!}"`);
    expect(page.body).not.toMatch(/<script|src=|https?:\/\/(?!meet\.example)/);
    const from = await app.inject('/api');
    expect([from.statusCode, from.headers.location]).toEqual([308, '/api/']);
    await app.close();
  });
});
