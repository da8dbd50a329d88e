import { InvalidArgumentError } from 'commander';

/** Parses an argument that must be a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`A number from ${least} to ${most}.`);
    return value;
  };
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses a time such as 90s, 15m, 24h or 7d; answers seconds. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS[unit] ?? 0);
  if (seconds <= 0) throw new InvalidArgumentError('A time such as 15m, 24h or 7d.');
  return seconds;
}
