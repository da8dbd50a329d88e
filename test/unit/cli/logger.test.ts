import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What a logger of `format` prints for one line, asked of a process of its own because it writes to standard output itself. */
function printed(
  format: 'json' | 'pretty',
  calls = "logger.debug({}, 'not this'); logger.info({ port: 9001 }, 'listening')",
): string {
  const script = `
    import { createLogger } from '${process.cwd()}/dist/cli/logger.js';
    const logger = createLogger({ level: 'info', format: '${format}' }).child({ part: 'bridge' });
    ${calls}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
}

describe('the logger', () => {
  it('writes one JSON object a line for programs', () => {
    const lines = printed('json').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', part: 'bridge', port: 9001, msg: 'listening' });
  });

  it('says of an error its words in a warning, and where it came from when somebody must look into it', () => {
    const calls = `
      const err = Object.assign(new Error('refused', { cause: new Error('reset') }), { code: 'E1', request: { body: 'long' } });
      logger.warn({ err }, 'trying again');
      logger.error({ err }, 'given up');`;
    const [warning, error] = printed('json', calls)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(warning).toMatchObject({ level: 'warn', part: 'bridge', err: 'refused', msg: 'trying again' });
    expect(error).toMatchObject({
      err: { type: 'Error', code: 'E1', message: 'refused', cause: { message: 'reset' } },
    });
    expect(error).toMatchObject({ err: { stack: expect.stringContaining('at ') as string } });
    expect(JSON.stringify(error)).not.toContain('long');
  });

  it('writes a sentence with its fields for a person', () => {
    const text = printed('pretty');
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening .*"port":9001/);
    expect(text).not.toContain('not this');
  });
});
