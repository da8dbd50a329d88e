import type { Language } from '../shared/language.ts';

const LOCALES: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };
/** What is said in place of a figure that is not known. */
const UNKNOWN = '–';

type Figure = number | null | undefined;

/** How figures and times are written in one language. */
export interface Format {
  /** `812 kbit/s`, `1.6 Mbit/s`. */
  bitrate: (bitsPerSecond: Figure) => string;
  /** A ratio of 0 to 1: `0.3 %`. */
  percent: (ratio: Figure) => string;
  /** `12 ms`. */
  milliseconds: (ms: Figure) => string;
  /** `84 MB`, in millions. */
  bytes: (bytes: Figure) => string;
  /** A plain number with at most two decimals. */
  number: (value: Figure) => string;
  /** `2 d 3 h`, `3 min 5 s`: the two largest units. */
  duration: (seconds: Figure) => string;
  /** The time of day, with seconds. */
  time: (at: string | number) => string;
  /** Date and time, to the minute. */
  moment: (at: string | number) => string;
}

const UNITS: Record<Language, { days: string; hours: string; minutes: string; seconds: string }> = {
  en: { days: 'd', hours: 'h', minutes: 'min', seconds: 's' },
  zh: { days: '天', hours: '小时', minutes: '分', seconds: '秒' },
};

/** The largest of the units of which there is at least one; the smallest for zero. */
function scaled(value: number, step: number, units: readonly string[]): { value: number; unit: string } {
  let index = 0;
  // What would be rounded up to a whole step belongs to the next unit.
  while (index < units.length - 1 && value >= step * 0.9995) {
    value /= step;
    index += 1;
  }
  return { value, unit: units[index] ?? '' };
}

/** The formats of a language; `timeZone` = the browser's own when absent. */
export function formats(language: Language, timeZone?: string): Format {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23', ...zone });
  const calendar = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...zone });
  const known = (write: (value: number) => string) => (value: Figure) =>
    value === null || value === undefined || !Number.isFinite(value) ? UNKNOWN : write(value);
  const withUnit = (step: number, units: readonly string[]) =>
    known((given) => {
      const { value, unit } = scaled(given, step, units);
      return `${(value < 10 && unit !== units[0] ? tenths : whole).format(value)} ${unit}`;
    });
  return {
    bitrate: withUnit(1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s']),
    bytes: withUnit(1000, ['B', 'kB', 'MB', 'GB', 'TB']),
    percent: known((ratio) => `${(ratio < 0.0995 ? tenths : whole).format(ratio * 100)} %`),
    milliseconds: known((ms) => `${(ms < 9.95 ? tenths : whole).format(ms)} ms`),
    number: known((value) => hundredths.format(value)),
    duration: known((seconds) => duration(seconds, language)),
    time: (at) => clock.format(new Date(at)),
    moment: (at) => calendar.format(new Date(at)),
  };
}

function duration(seconds: number, language: Language): string {
  const units = UNITS[language];
  const left = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(left / 86_400), units.days],
    [Math.floor(left / 3600) % 24, units.hours],
    [Math.floor(left / 60) % 60, units.minutes],
    [left % 60, units.seconds],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
