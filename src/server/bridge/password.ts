import { timingSafeEqual } from 'node:crypto';

/** Whether two passwords are the same, in a time that does not tell how much of them is. */
export function samePassword(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a.normalize()), Buffer.from(b.normalize())];
  return left.length === right.length && timingSafeEqual(left, right);
}
