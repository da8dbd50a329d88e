const MAX_DEPTH = 64;

/** Whether a value out of JSON has so few levels that whatever walks through it, JSON.stringify above all, cannot run out of stack. */
export function isShallow(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1));
}
