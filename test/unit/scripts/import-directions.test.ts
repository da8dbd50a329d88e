import { join } from 'node:path';
import { symlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Checkout } from './checkout.ts';

const Report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** One forbidden import for each rule: where it is planted, and what it imports. */
const FORBIDDEN = {
  'protocol-imports': ['src/protocol/bad.ts', 'src/common/good.ts'],
  'common-imports': ['src/common/bad.ts', 'src/protocol/good.ts'],
  'server-media-imports': ['src/server/media/bad.ts', 'src/server/room/good.ts'],
  'server-room-imports': ['src/server/room/bad.ts', 'src/server/media/good.ts'],
  'server-connection-imports': ['src/server/connection/bad.ts', 'src/server/control/good.ts'],
  'server-bridge-imports': ['src/server/bridge/bad.ts', 'src/server/room/good.ts'],
  'server-control-imports': ['src/server/control/bad.ts', 'src/server/http/good.ts'],
  'server-http-imports': ['src/server/http/bad.ts', 'src/server/bridge/good.ts'],
  'server-access-imports': ['src/server/access/bad.ts', 'src/server/http/good.ts'],
  'server-events-imports': ['src/server/events/bad.ts', 'src/server/control/good.ts'],
  'client-imports': ['src/client/bad.ts', 'src/common/good.ts'],
  'worker-imports': ['src/worker/bad.ts', 'src/server/media/good.ts'],
  'cli-imports': ['src/cli/bad.ts', 'src/server/http/good.ts'],
  'web-imports': ['src/web/bad.ts', 'src/cli/good.ts'],
  'main-is-the-root': ['src/worker/worse.ts', 'src/server/main.ts'],
  'no-cycles': ['src/cli/one.ts', 'src/cli/two.ts'],
  resolvable: ['src/cli/lost.ts', 'src/cli/nowhere.ts'],
  'no-dev-dependencies': ['src/cli/dev.ts', 'vitest'],
} as const;

/** Imports that must pass. */
const ALLOWED = [
  ['src/server/media/uses.ts', 'src/protocol/good.ts'],
  ['src/server/room/uses.ts', 'src/server/media/media-engine.ts'],
  ['src/server/connection/uses.ts', 'src/server/room/good.ts'],
  ['src/server/control/uses.ts', 'src/server/connection/good.ts'],
  ['src/server/http/uses.ts', 'src/server/control/good.ts'],
  ['src/server/main.ts', 'src/server/bridge/good.ts'],
  ['src/cli/uses.ts', 'src/server/main.ts'],
  ['src/server/http/also-uses.ts', 'src/server/access/good.ts'],
  ['src/cli/also-uses.ts', 'src/client/good.ts'],
  ['src/web/uses.ts', 'src/client/good.ts'],
] as const;

const FOLDERS = ['protocol', 'common', 'client', 'worker', 'cli', 'web'].concat(
  ['media', 'room', 'connection', 'bridge', 'control', 'access', 'events', 'http'].map((name) => `server/${name}`),
);

let checkout: Checkout;
let violations: z.output<typeof Report>['summary']['violations'];

function plant(from: string, to: string): void {
  const specifier = to.startsWith('src/') ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
  checkout.write(from, `import '${specifier}';\n`);
}

beforeAll(async () => {
  checkout = new Checkout();
  for (const name of ['.dependency-cruiser.mjs', 'tsconfig.base.json', 'tsconfig.json', 'package.json'])
    checkout.copy(name);
  symlinkSync(join(process.cwd(), 'node_modules'), join(checkout.folder, 'node_modules'));
  for (const folder of FOLDERS) checkout.write(`src/${folder}/good.ts`, 'export {};\n');
  checkout.write('src/server/media/media-engine.ts', 'export {};\n');
  for (const [from, to] of [...Object.values(FORBIDDEN), ...ALLOWED]) plant(from, to);
  plant('src/cli/two.ts', 'src/cli/one.ts');
  const { output } = await checkout.node([
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'],
  ]);
  violations = Report.parse(JSON.parse(output)).summary.violations;
}, 30_000);
afterAll(() => {
  checkout.remove();
});

describe('the import directions', () => {
  it.each(Object.entries(FORBIDDEN))('%s refuses %j', (rule, [from]) => {
    expect(violations.filter((violation) => violation.from === from).map((violation) => violation.rule.name)).toContain(
      rule,
    );
  });

  it('let everything else pass', () => {
    const planted = new Set<string>(Object.values(FORBIDDEN).flatMap(([from, to]) => [from, to]));
    expect(violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  });

  it('each have a forbidden import here', async () => {
    const { default: config } = (await import(join(process.cwd(), '.dependency-cruiser.mjs'))) as {
      default: { forbidden: { name: string }[] };
    };
    expect(config.forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(FORBIDDEN).sort());
  });
});
