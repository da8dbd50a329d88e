import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { greeting } from '../../../src/cli/greeting.ts';
import { withKeyCommand } from '../../../src/cli/key.ts';
import { ApiKey, AuthConfig } from '../../../src/protocol/auth.ts';
import { Keys } from '../../../src/server/access/keys.ts';

/** What `webstreamer key …` prints: the key, and the configuration below it. */
async function run(...args: string[]): Promise<{ key: string; auth: AuthConfig; text: string }> {
  let text = '';
  const program = new Command('webstreamer').exitOverride().configureOutput({ writeErr: () => undefined });
  withKeyCommand(program, (printed) => (text += printed));
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await program.parseAsync(['key', ...args], { from: 'user' });
  const [key = ''] = text.split('\n');
  const yaml = text.slice(text.indexOf('auth:'));
  return { key, auth: AuthConfig.parse((parse(yaml) as { auth: unknown }).auth), text };
}

describe('webstreamer key', () => {
  it('makes another key each time, and says its hash for the configuration', async () => {
    const { key, auth, text } = await run();
    expect(ApiKey.safeParse(key).success).toBe(true);
    expect(text.split(key).length).toBe(2); // it is printed once
    expect(new Keys(auth.keys).callerOf(key, Date.now())).toMatchObject({ subject: 'operator', room: null });
    expect((await run()).key).not.toBe(key);
  });

  it('says what the key allows, where and until when', async () => {
    const { auth } = await run(
      '--name',
      'the hall',
      '--scope',
      'read',
      'join',
      '--room',
      'lobby',
      '--expires',
      '2030-01-31',
    );
    expect(auth.keys).toMatchObject([
      { name: 'the hall', scopes: ['read', 'join'], room: 'lobby', expires: '2030-01-31' },
    ]);
  });

  it.each([
    ['--scope', 'everything'],
    ['--room', '<b>'],
    ['--name', 'a\nb'],
    ['--expires', 'tomorrow'],
  ])('refuses %s %s', async (...args) => {
    await expect(run(...args)).rejects.toThrow();
  });
});

describe('the greeting', () => {
  it('says where the key is that the server has made', () => {
    expect(greeting('webstreamer', 'https://10.0.0.1:9001', [], '/state/access.json')).toContain('/state/access.json');
    expect(greeting('rooms', 'https://10.0.0.1:9002', [], '/state/access.json')).toContain('/state/access.json');
    expect(greeting('webstreamer', 'http://127.0.0.1:9001', [])).not.toContain('key');
  });
});
