import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What a logger of `format` prints for one line, asked of a process of its own because it writes to standard output itself. */
function printed(format: 'json' | 'pretty'): string {
  const script = `
    import { createLogger } from '${process.cwd()}/dist/cli/logger.js';
    const logger = createLogger({ level: 'info', format: '${format}' }).child({ part: 'bridge' });
    logger.debug({}, 'not this');
    logger.info({ port: 9001 }, 'listening');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
}

describe('the logger', () => {
  it('writes one JSON object a line for programs', () => {
    const lines = printed('json').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', part: 'bridge', port: 9001, msg: 'listening' });
  });

  it('writes a sentence with its fields for a person', () => {
    const text = printed('pretty');
    expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening .*"port":9001/);
    expect(text).not.toContain('not this');
  });
});
