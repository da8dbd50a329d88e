import { describe, expect, test } from 'vitest';
import { formats } from '../../../../src/web/console/format.ts';

const english = formats('en', 'UTC');
const chinese = formats('zh', 'UTC');

describe('figures of the console', () => {
  test.each([
    [0, '0 bit/s'],
    [999, '999 bit/s'],
    [999.7, '1 kbit/s'],
    [1500, '1.5 kbit/s'],
    [812_345, '812 kbit/s'],
    [999_600, '1 Mbit/s'],
    [1_640_000, '1.6 Mbit/s'],
    [25_000_000, '25 Mbit/s'],
    [2_500_000_000, '2.5 Gbit/s'],
  ])('%d bits per second are %s', (bitrate, text) => {
    expect(english.bitrate(bitrate)).toBe(text);
  });

  test('ratios, times and sizes have their units', () => {
    expect([0, 0.003, 0.0124, 0.42, 1].map(english.percent)).toEqual(['0 %', '0.3 %', '1.2 %', '42 %', '100 %']);
    expect([0.44, 12.4, 1500].map(english.milliseconds)).toEqual(['0.4 ms', '12 ms', '1,500 ms']);
    expect([84_300_000, 1_250_000_000].map(english.bytes)).toEqual(['84 MB', '1.3 GB']);
    expect(english.number(0.256)).toBe('0.26');
  });

  test('what is not known is a dash in every unit', () => {
    for (const write of [english.bitrate, english.percent, english.milliseconds, english.bytes, english.duration])
      for (const value of [null, undefined, Number.NaN, Infinity]) expect(write(value)).toBe('–');
  });

  test('durations have their two largest units, in both languages', () => {
    expect([0, 59, 61, 3600, 90_000, 200_000].map(english.duration)).toEqual([
      '0 s',
      '59 s',
      '1 min 1 s',
      '1 h 0 min',
      '1 d 1 h',
      '2 d 7 h',
    ]);
    expect(chinese.duration(3725)).toBe('1 小时 2 分');
  });

  test('times are of the day, with 24 hours', () => {
    expect(english.time('2026-01-02T00:05:09Z')).toBe('00:05:09');
    expect(chinese.time('2026-01-02T13:05:09Z')).toBe('13:05:09');
    expect(english.moment('2026-01-02T13:05:09Z')).toContain('2 Jan 2026');
  });
});
