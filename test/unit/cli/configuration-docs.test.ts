import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../../src/cli/config-file.ts';
import { Config } from '../../../src/protocol/config.ts';

/** The dotted paths of all keys of a schema, as JSON Schema describes it; `[]` stands for an element of a list. */
function keysOf(schema: z.core.JSONSchema.BaseSchema, path = ''): string[] {
  const items = schema.items as z.core.JSONSchema.BaseSchema | undefined;
  if (items?.properties !== undefined) return [path, ...keysOf(items, `${path}[]`)];
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties).flatMap(([key, value]) =>
    keysOf(value as z.core.JSONSchema.BaseSchema, path === '' ? key : `${path}.${key}`),
  );
}

const documentation = readFileSync('docs/configuration.md', 'utf8');

describe('docs/configuration.md', () => {
  it('describes every key there is, and no other', () => {
    const documented = [...documentation.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, key]) => key);
    expect(documented.sort()).toEqual(keysOf(z.toJSONSchema(Config, { io: 'input' })).sort());
  });
});

describe('examples/webstreamer.yaml', () => {
  it('is accepted and says the defaults', () => {
    const { bridge, pages, log, ...rest } = loadConfig('examples/webstreamer.yaml');
    const { bridge: defaultBridge, log: defaultLog, ...defaults } = loadConfig(undefined);
    expect(rest).toEqual(defaults);
    expect([bridge.graceMs, pages, log.level]).toEqual([defaultBridge.graceMs, undefined, defaultLog.level]);
  });

  it('speaks of every key', () => {
    const example = readFileSync('examples/webstreamer.yaml', 'utf8');
    for (const path of keysOf(z.toJSONSchema(Config, { io: 'input' }))) {
      const key = path.split('.').at(-1) ?? path;
      expect(example).toMatch(new RegExp(`^[ #-]*${key}:`, 'm'));
    }
  });
});
