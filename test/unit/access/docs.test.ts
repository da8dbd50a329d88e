import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Scope } from '../../../src/protocol/http-api/access.ts';
import { OPERATIONS, type Operation } from '../../../src/protocol/http-api/operations.ts';
import { withIncluded } from '../../../src/server/access/caller.ts';
import { Tokens } from '../../../src/server/access/tokens.ts';

const documentation = readFileSync('docs/access.md', 'utf8');
const words = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

describe('docs/access.md', () => {
  it('says of every operation what it needs', () => {
    const rows = [...documentation.matchAll(/^\| `(\w+)`: `([A-Z]+) (\/\S*)` +\| (\S+) +\|$/gm)];
    const documented = rows.map(([, name, method, path, scope]) => [name, method, path, scope]);
    const found = Object.entries(OPERATIONS as Record<string, Operation>).map(([name, { method, path, scope }]) => [
      name,
      method,
      path,
      scope === null ? 'nothing' : `\`${scope}\``,
    ]);
    expect(documented).toEqual(found);
  });

  it('says what each scope includes', () => {
    for (const scope of Scope.options) {
      const [, included] = new RegExp(`^\\| \`${scope}\` +\\|[^|]+\\|([^|]*)\\|$`, 'm').exec(documentation) ?? [];
      expect([scope, ...words(included ?? 'none')]).toEqual(expect.arrayContaining(withIncluded([scope])));
      expect(words(included ?? 'none').length).toBe(withIncluded([scope]).length - 1);
    }
  });

  it('has an example that makes a token which does', async () => {
    const [, program = ''] = /```js\n(import [^]*?)```/.exec(documentation) ?? [];
    const secret = 'a secret of at least 32 characters';
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, WEBSTREAMER_SECRET: secret },
    });
    expect(await new Tokens(secret, Date.now).callerOf(stdout.trim())).toMatchObject({
      subject: 'anna@example.org',
      scopes: ['join'],
      room: 'lobby',
      role: 'participant',
      name: 'Anna',
    });
  });
});
