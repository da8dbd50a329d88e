import type { z } from 'zod';

/** Where a value was wrong, as a person writes it: `rooms[0].connections[2]`; an empty path is the whole. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

function sentence(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => sentence([...issue.path, key], 'there is no such key'));
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof issue.input === 'number') {
    return [sentence(issue.path, `must be text, not a number: write "${issue.input}" in quotes`)];
  }
  return [sentence(issue.path, issue.message)];
}

/**
 * What is wrong with a value that a schema refused, in one line: each problem with its path. Parse with `reportInput` so that
 * it can speak of what was there.
 */
export function describeIssues(error: z.ZodError): string {
  return error.issues.flatMap(describeIssue).join('; ');
}
