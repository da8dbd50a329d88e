/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Counts the tests of vitest's JSON report. A file that could not be run at all counts as one failure, and so does a run that
 * failed without any failed test (an unhandled error, a crash).
 * @param {unknown} report vitest's JSON report, or undefined when there is none
 * @param {boolean} succeeded whether vitest's exit code was 0
 * @returns {Counts} the counts
 */
export function countResults(report, succeeded) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of filesOf(report)) {
    let failures = 0;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++;
      else if (status === 'failed') failures++;
      else counts.skipped++;
    }
    counts.failed += file.status === 'failed' ? Math.max(1, failures) : failures;
  }
  if (!succeeded && counts.failed === 0) counts.failed = 1;
  return counts;
}

/**
 * @param {unknown} report vitest's JSON report
 * @returns {{ status: string, assertionResults: { status: string }[] }[]} its files
 */
function filesOf(report) {
  if (typeof report !== 'object' || report === null || !('testResults' in report)) return [];
  return /** @type {ReturnType<typeof filesOf>} */ (report.testResults);
}

/**
 * The one line that says how the tests went.
 * @param {Counts} counts of the tests
 */
export function summaryLine({ passed, failed, skipped }) {
  const line = `${String(passed)} passed, ${String(failed)} failed`;
  return skipped > 0 ? `${line}, ${String(skipped)} skipped` : line;
}
