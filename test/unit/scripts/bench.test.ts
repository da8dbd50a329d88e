import { afterEach, beforeEach, expect, it } from 'vitest';
import { Checkout } from './checkout.ts';

// Stands in for the compiler: the benches of these tests are plain JavaScript.
const COMPILER = `
  const { cpSync, readdirSync } = require('node:fs');
  for (const name of readdirSync('bench'))
    if (name.endsWith('.ts')) cpSync('bench/' + name, '.cache/bench/bench/' + name.replace('.ts', '.js'));`;

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
  checkout.write('package.json', '{"type": "module"}');
  checkout.write('node_modules/typescript/bin/package.json', '{"type": "commonjs"}');
  checkout.write('node_modules/typescript/bin/tsc', COMPILER);
  checkout.write('bench/figures.ts', 'throw new Error("no bench")');
  checkout.write('bench/report.ts', 'console.log("drawn")');
  checkout.write('bench/a-broken.ts', 'console.log("first"); process.exitCode = 3;');
  checkout.write('bench/b-fine.ts', 'console.log("second", ...process.argv.slice(2));');
});
afterEach(() => {
  checkout.remove();
});

it('runs every bench, goes on after one that fails, and says how each went', async () => {
  const { code, output } = await checkout.node(['scripts/bench.mjs', '--json']);
  expect(code).toBe(1);
  expect(output).toMatch(/=== a-broken\nfirst\n\n=== b-fine\nsecond --json\n\nFAILED a-broken .*\nok {5}b-fine/);
  expect(output).not.toContain('drawn');
});

it('ends well when every bench does', async () => {
  checkout.write('bench/a-broken.ts', '');
  expect(await checkout.node(['scripts/bench.mjs'])).toMatchObject({ code: 0 });
});

it('runs one bench with its arguments', async () => {
  const { code, output } = await checkout.node(['scripts/bench.mjs', 'b-fine', '--size', '2']);
  expect([code, output]).toEqual([0, 'second --size 2\n']);
  expect(await checkout.node(['scripts/bench.mjs', 'a-broken'])).toMatchObject({ code: 3 });
});

it('draws the report only when it is asked to', async () => {
  expect(await checkout.node(['scripts/bench.mjs', 'report'])).toEqual({ code: 0, output: 'drawn\n' });
});

it('says which benches there are when it does not know one', async () => {
  const { code, output } = await checkout.node(['scripts/bench.mjs', 'figures']);
  expect([code, output]).toEqual([1, 'Usage: npm run bench -- [a-broken|b-fine|report] [arguments]\n']);
});
