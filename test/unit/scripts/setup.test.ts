import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNodeVersion } from '../../../scripts/setup/node-version.mjs';
import { Checkout } from './checkout.ts';

const NOBODY = 65534;

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout();
});
afterEach(() => {
  checkout.remove();
});

/** A PATH on which the named programs are our shell scripts and nothing else is found. */
function pathWith(programs: Record<string, string>): { PATH: string } {
  mkdirSync(join(checkout.folder, 'bin'), { recursive: true });
  for (const [name, script] of Object.entries(programs)) checkout.write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  return { PATH: join(checkout.folder, 'bin') };
}

/** Answers like dpkg-query on a machine that has everything but the named packages. */
function dpkgWithout(...missing: string[]): string {
  const cases = missing.map((name) => `${name}) ;;`).join(' ');
  return `for p in "$@"; do case "$p" in -*) ;; ${cases} *) echo "$p installed";; esac; done`;
}

/** A checkout whose npm packages and results are all there, as far as the set-up can see. */
function writeInstalledPackages(): void {
  const lock = JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } } });
  checkout.write('package-lock.json', lock);
  checkout.write('node_modules/.package-lock.json', lock);
}

describe('the Node version', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.0.0'])('%s is accepted', (version) => {
    expect(() => {
      checkNodeVersion(version);
    }).not.toThrow();
  });
  it.each(['18.20.4', '20.18.9', '0.12.0'])('%s is refused with what is needed', (version) => {
    expect(() => {
      checkNodeVersion(version);
    }).toThrow(`webstreamer needs Node 20.19 or newer; this is ${version}.`);
  });
});

describe('the set-up', () => {
  it('says its usage for a mode that it does not know', async () => {
    const { code, output } = await checkout.node(['scripts/setup.mjs', 'dance']);
    expect([code, output]).toEqual([1, 'Usage: node scripts/setup.mjs <run|build|test|check|bench>\n']);
  });

  it('prints the one command to run when packages are missing and this is not root', async () => {
    chmodSync(checkout.folder, 0o777);
    const env = pathWith({ 'dpkg-query': dpkgWithout('libnice-dev', 'chromium') });
    const asNobody = process.getuid?.() === 0 ? { env, uid: NOBODY } : { env };
    const run = await checkout.node(['scripts/setup.mjs', 'run'], asNobody);
    expect(run.code).toBe(1);
    expect(run.output).toContain(
      '  sudo apt-get update && sudo apt-get install -y --no-install-recommends libnice-dev\n',
    );
    const test = await checkout.node(['scripts/setup.mjs', 'test'], asNobody);
    expect(test.output).toContain('install -y --no-install-recommends libnice-dev chromium\n');
  });

  it.runIf(process.getuid?.() === 0)('installs what is missing when this is root', async () => {
    const apt = `echo "apt-get $*" >> ${checkout.folder}/calls; [ "$1" = update ]`;
    const env = pathWith({ 'dpkg-query': dpkgWithout('libnice-dev', 'g++'), 'apt-get': apt });
    const { code, output } = await checkout.node(['scripts/setup.mjs', 'run'], { env });
    expect(readFileSync(join(checkout.folder, 'calls'), 'utf8')).toBe(
      'apt-get update\napt-get install -y --no-install-recommends g++ libnice-dev\n',
    );
    // This apt-get fails to install, so the set-up must stop there and say which command failed.
    expect(code).toBe(1);
    expect(output).toContain('Failed: apt-get install -y --no-install-recommends g++ libnice-dev (exit code 1)');
  });

  describe('for the benches', () => {
    const calls = () => readFileSync(join(checkout.folder, 'calls'), 'utf8');
    const log = (program: string, rest = '') => `echo "${program} $*" >> ${checkout.folder}/calls; ${rest}`;

    it.runIf(process.getuid?.() === 0)(
      'installs the peers when this is root, and keeps them from running',
      async () => {
        writeInstalledPackages();
        const programs = { 'dpkg-query': dpkgWithout('janus'), systemctl: log('systemctl'), 'apt-get': log('apt-get') };
        const driver = `import { peersStep } from './scripts/setup/apt.mjs'; const step = peersStep(); if (step.needed()) step.run();`;
        checkout.write('driver.mjs', driver);
        const { code } = await checkout.node(['driver.mjs'], { env: pathWith(programs) });
        expect(code).toBe(0);
        expect(calls().split('\n')).toEqual([
          'systemctl --version',
          'systemctl mask janus',
          'apt-get update',
          'apt-get install -y --no-install-recommends janus',
          '',
        ]);
        const offline = { ...programs, 'apt-get': 'echo no network; exit 1' };
        const failing = await checkout.node(['driver.mjs'], { env: pathWith(offline) });
        expect(failing).toMatchObject({
          code: 0,
          output: expect.stringContaining('go without janus: no network') as string,
        });
      },
    );

    it('does without the peers when this is not root', async () => {
      chmodSync(checkout.folder, 0o777);
      const env = pathWith({ 'dpkg-query': dpkgWithout('janus'), 'apt-get': log('apt-get') });
      checkout.write(
        'driver.mjs',
        `import { peersStep } from './scripts/setup/apt.mjs'; console.log(peersStep().needed());`,
      );
      const asNobody = process.getuid?.() === 0 ? { env, uid: NOBODY } : { env };
      expect(await checkout.node(['driver.mjs'], asNobody)).toEqual({ code: 0, output: 'false\n' });
    });
  });

  it('goes on without dpkg, and says what is needed', async () => {
    const env = pathWith({ npm: 'echo no network >&2; exit 7' });
    const { code, output } = await checkout.node(['scripts/setup.mjs', 'run'], { env });
    expect(output).toContain('webstreamer needs what Debian calls g++ make');
    expect(output).toContain('set-up: installing npm packages\nno network\n');
    expect(code).toBe(1);
  });

  it('installs npm packages when the lock file asks for others than are there, and only then', async () => {
    writeInstalledPackages();
    const env = pathWith({ npm: `echo "npm $*" > ${checkout.folder}/calls` });
    expect(await checkout.node(['scripts/setup.mjs', 'check'], { env })).toEqual({ code: 0, output: '' });
    expect(existsSync(join(checkout.folder, 'calls'))).toBe(false);
    checkout.write(
      'package-lock.json',
      JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.1', integrity: 'y' } } }),
    );
    await checkout.node(['scripts/setup.mjs', 'check'], { env });
    expect(readFileSync(join(checkout.folder, 'calls'), 'utf8')).toBe('npm ci --no-audit --no-fund --loglevel=error\n');
  });

  it('does not mind optional packages that are for other systems', async () => {
    const packages = { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } };
    checkout.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
    const optional = { version: '2.0.0', integrity: 'z', optional: true };
    checkout.write('package-lock.json', JSON.stringify({ packages: { ...packages, 'node_modules/b': optional } }));
    expect(await checkout.node(['scripts/setup.mjs', 'check'], { env: pathWith({}) })).toEqual({ code: 0, output: '' });
  });
});

describe('two set-ups at once', () => {
  const DRIVER = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from './scripts/setup/lock.mjs';
    await withLock(() => {
      appendFileSync('order', 'start ' + process.pid + '\\n');
      // The work of a set-up is synchronous; this is long enough for the other process to come.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      appendFileSync('order', 'end ' + process.pid + '\\n');
    });`;

  it('work one after the other', async () => {
    checkout.write('driver.mjs', DRIVER);
    const runs = await Promise.all([checkout.node(['driver.mjs']), checkout.node(['driver.mjs'])]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const order = readFileSync(join(checkout.folder, 'order'), 'utf8').trimEnd().split('\n');
    const [a, b, c, d] = order.map((line) => line.split(' '));
    expect([a![0], b![0], c![0], d![0]]).toEqual(['start', 'end', 'start', 'end']);
    expect([a![1] === b![1], c![1] === d![1], a![1] === c![1]]).toEqual([true, true, false]);
  });

  it('are not held up by one that was killed', async () => {
    checkout.write('driver.mjs', DRIVER);
    const dead = await checkout.node(['-p', 'process.pid']);
    checkout.write('.cache/setup.lock', dead.output.trim());
    expect((await checkout.node(['driver.mjs'])).code).toBe(0);
    expect(existsSync(join(checkout.folder, '.cache/setup.lock'))).toBe(false);
  });
});
