#!/usr/bin/env node
// `npm run fuzz -- bridge [--events 200000] [--seed N]`: sends hostile events to a real bridge, in a private network. A seed that
// finds something belongs into test/fuzz/seeds.json: each run of the tests repeats those with a few events.
import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runInPrivateNetwork } from './private-network.mjs';
import { inRoot } from './setup/paths.mjs';

const TARGETS = ['bridge'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { events: { type: 'string', default: '200000' }, seed: { type: 'string' } },
});
const [target = ''] = positionals;
if (!TARGETS.includes(target) || positionals.length > 1) {
  console.error(`Usage: npm run fuzz -- <${TARGETS.join('|')}> [--events N] [--seed N]`);
  process.exit(1);
}
const seed = values.seed ?? String(randomInt(2 ** 31));
console.log(`${values.events} events of seed ${seed}`);
process.env.FUZZ_EVENTS = values.events;
process.env.FUZZ_SEED = seed;
const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
process.exitCode =
  (await runInPrivateNetwork([process.execPath, vitest, 'run', '--project', 'fuzz', `test/fuzz/${target}.fuzz.ts`])) ??
  1;
