import { describe, expect, it } from 'vitest';
import { countResults, summaryLine } from '../../../scripts/test-summary.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((result) => ({ status: result })),
});

describe('the last line of the tests', () => {
  it('counts what passed, failed and was skipped', () => {
    const report = {
      testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'failed', 'passed', 'todo')],
    };
    const counts = countResults(report, false);
    expect(counts).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(summaryLine(counts)).toBe('3 passed, 1 failed, 2 skipped');
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countResults({ testResults: [file('failed')] }, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('never says that nothing failed when the run failed', () => {
    expect(countResults({ testResults: [file('passed', 'passed')] }, false)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
    expect(countResults(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
