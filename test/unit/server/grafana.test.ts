import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Metrics } from '../../../src/server/metrics/metrics.ts';

const Dashboard = z.object({
  panels: z
    .array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string(), refId: z.string() })).min(1) }))
    .min(1),
});

describe('deploy/grafana/webstreamer.json', () => {
  const { panels } = Dashboard.parse(JSON.parse(readFileSync('deploy/grafana/webstreamer.json', 'utf8')));
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

  it('asks for metrics that there are, and only for those', async () => {
    const text = await new Metrics({ bridge: () => null, media: () => Promise.resolve(null) }).text();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    for (const expression of expressions) {
      const asked = expression.match(/webstreamer_\w+/g) ?? [];
      expect(asked.length, expression).toBeGreaterThan(0);
      for (const name of asked) {
        const bucket = /^(\w+)_bucket$/.exec(name)?.[1];
        expect(types.get(bucket ?? name), name).toMatch(bucket === undefined ? /^(gauge|counter)$/ : /^histogram$/);
      }
    }
  });

  it('asks for rates of counters only', async () => {
    const text = await new Metrics({ bridge: () => null, media: () => Promise.resolve(null) }).text();
    const counters = new Set([...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name));
    const rated = expressions.flatMap((expression) =>
      [...expression.matchAll(/(?:rate|increase)\((webstreamer_\w+)/g)].map(([, name]) =>
        name?.replace(/_bucket$/, ''),
      ),
    );
    expect(rated.length).toBeGreaterThan(5);
    for (const name of rated) expect(counters.has(name) || name === 'webstreamer_join_seconds', name).toBe(true);
  });
});
