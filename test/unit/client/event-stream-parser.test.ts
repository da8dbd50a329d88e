import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamParser, type StreamRecord } from '../../../src/client/event-stream-parser.ts';

/** What comes out of a stream that is cut into pieces of the given sizes, over and over. */
function parse(stream: string | Uint8Array, sizes: number[] = [Infinity]) {
  const bytes = typeof stream === 'string' ? new TextEncoder().encode(stream) : stream;
  const parser = new EventStreamParser();
  parser.restart();
  const records: StreamRecord[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = Math.min(bytes.length, at + sizes[turn % sizes.length]!);
    records.push(...parser.push(bytes.subarray(at, end)));
    at = end;
  }
  return { records, parser };
}
const record = (data: string, type = 'message', lastEventId = '') => ({ type, data, lastEventId });

describe('a stream of server-sent events', () => {
  // The examples of section 9.2.6 of the HTML standard.
  it.each([
    ['data: YHOO\ndata: +2\ndata: 10\n\n', [record('YHOO\n+2\n10')]],
    [
      ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
      [record('first event', 'message', '1'), record('second event'), record(' third event')],
    ],
    ['data\n\ndata\ndata\n\ndata:', [record(''), record('\n')]],
    ['data:test\n\ndata: test\n\n', [record('test'), record('test')]],
    [
      'event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n',
      [record('73857293', 'add'), record('2153', 'remove')],
    ],
  ])('reads %j as the standard says', (stream, records) => {
    expect(parse(stream).records).toEqual(records);
  });

  it('ends lines at any of the three ends, and begins behind a byte order mark', () => {
    expect(parse('\uFEFFdata: a\r\rdata: b\r\n\r\ndata: c\n\n').records).toEqual(['a', 'b', 'c'].map((d) => record(d)));
  });

  it('keeps an id that comes without data, and none with a null in it', () => {
    const { records, parser } = parse('id: 7\n\nid: a\0b\n\nid: 8\n');
    expect([records, parser.lastEventId]).toEqual([[], '7']);
  });

  it('takes only digits for the pause', () => {
    expect(parse('retry: 250\nretry: soon\nretry: -1\n\n').parser.retryMs).toBe(250);
  });

  it('forgets what was not complete when a new stream begins, but not the id', () => {
    const parser = new EventStreamParser();
    const push = (text: string) => [...parser.push(new TextEncoder().encode(text))];
    push('id: 1\ndata: a\n\nevent: x\nid: 2\ndata: half');
    parser.restart();
    expect(push('data: b\n\n')).toEqual([record('b', 'message', '1')]);
  });

  it('reads the same wherever the pieces end', () => {
    const line = fc.oneof(
      fc.constantFrom('', '', 'data', 'data:', 'data: x', 'id', ':', 'event: e', 'retry: 5', 'retry', 'id: \0'),
      fc
        .tuple(fc.constantFrom('data', 'id', 'event', 'retry', '', 'else'), fc.string({ unit: 'grapheme' }))
        .map(([name, value]) => `${name}: ${value}`),
    );
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')).map(([text, end]) => text + end))
      .map((lines) => lines.join(''));
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(stream, sizes, fc.boolean(), (text, pieces, mark) => {
        const whole = mark ? `\uFEFF${text}` : text;
        const cut = parse(whole, pieces);
        const uncut = parse(whole);
        expect(cut.records).toEqual(uncut.records);
        expect([cut.parser.lastEventId, cut.parser.retryMs]).toEqual([uncut.parser.lastEventId, uncut.parser.retryMs]);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not fail on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(parse(bytes, [3]).records).toEqual(parse(bytes).records);
      }),
    );
  });
});
