import { timingSafeEqual } from 'node:crypto';
import type { BridgeState, User } from './state.ts';

/** So many wrong passwords may come from one address for one room … */
const MAX_GUESSES = 10;
/** … within this time. */
const GUESSES_MS = 10 * 60_000;
const MAX_REMEMBERED = 10_000;

/** Whether two passwords are the same, in a time that does not tell how much of them is. */
export function samePassword(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a.normalize()), Buffer.from(b.normalize())];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What came of a password: `too-many` = it was not looked at, as too many from that address had been wrong. */
export type Verdict = 'right' | 'wrong' | 'too-many';

/**
 * Compares a password with that of a room (or of a legacy page, which is one). Without one, every password is right. Wrong ones
 * count against the address that they come from; none at all is wrong, but no guess.
 */
export function tryPassword(
  state: BridgeState,
  user: User,
  room: { readonly id: string; readonly password: string },
  given: string,
): Verdict {
  if (room.password === '') return 'right';
  if (given === '') return 'wrong';
  if (hasGuessedTooOften(state, user.address, room.id)) {
    state.effects.refused('too-many-guesses');
    return 'too-many';
  }
  if (samePassword(room.password, given)) return 'right';
  countGuess(state, user.address, room.id);
  state.effects.refused('wrong-password');
  return 'wrong';
}

const keyOf = (address: string, id: string) => `${address} ${id}`;

/** Whether no more guesses from an address are looked at for a while. */
export function hasGuessedTooOften(state: BridgeState, address: string, id: string): boolean {
  const key = keyOf(address, id);
  const guesses = state.guesses.get(key);
  if (!guesses) return false;
  if (state.effects.now() - guesses.sinceMs <= GUESSES_MS) return guesses.count >= MAX_GUESSES;
  state.guesses.delete(key);
  return false;
}

/** Counts a wrong guess. The oldest are forgotten when there are too many. */
export function countGuess(state: BridgeState, address: string, id: string): void {
  const key = keyOf(address, id);
  const guesses = state.guesses.get(key) ?? { count: 0, sinceMs: state.effects.now() };
  guesses.count++;
  state.guesses.set(key, guesses);
  const oldest = state.guesses.keys().next();
  if (state.guesses.size > MAX_REMEMBERED && oldest.done === false) state.guesses.delete(oldest.value);
}
