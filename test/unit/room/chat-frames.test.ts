import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebstreamerError } from '../../../src/protocol/errors.ts';
import { dataOf, framesOf, parseFrame, textOf } from '../../../src/server/room/chat-frames.ts';
import { MAX_TEXT_LENGTH, TextAssembly } from '../../../src/server/room/text-assembly.ts';

const HEAD = { uuid: 'u1', sendingTime: 1000, from: '1', name: 'Anna', id: 7 };
const NOTHING = { isObject: false };

/** What a page makes of frames: RTCMultiConnection's own rules. */
function asPage(frames: readonly string[]): unknown {
  const parts: string[] = [];
  for (const frame of frames) {
    const { message, last, isobject } = JSON.parse(frame) as { message: string; last?: boolean; isobject?: boolean };
    parts.push(message);
    if (last) return isobject ? JSON.parse(parts.join('')) : parts.join('');
  }
  throw new Error('there is no end');
}

/** How a page takes a text apart. */
function fromPage(data: unknown, packetSize: number): string[] {
  const isobject = typeof data !== 'string';
  const text = isobject ? JSON.stringify(data) : data;
  const parts = text.match(new RegExp(`[^]{1,${packetSize}}`, 'g')) ?? [''];
  return parts.map((message, index) =>
    JSON.stringify({
      type: 'text',
      uuid: 'p1',
      sendingTime: 5,
      ...(index === 0 && { packets: Math.floor(text.length / packetSize) }),
      message,
      ...(index === parts.length - 1 && { last: true, isobject }),
    }),
  );
}

function codeOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof WebstreamerError) return error.code;
    throw error;
  }
  return 'taken';
}

const anyText = fc.string({ unit: 'binary', maxLength: 30_000, size: 'max' });
const anyData = fc.oneof(anyText, fc.jsonValue({ maxDepth: 5 }));

describe('a text', () => {
  it('arrives at a page as it was sent, in frames that every page takes', () => {
    fc.assert(
      fc.property(anyData, (data) => {
        const frames = framesOf(textOf(data), HEAD);
        for (const frame of frames) expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(65_536);
        expect(asPage(frames)).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 60 },
    );
  });

  it('fits into frames whatever its characters are', () => {
    for (const character of ['\u0000', '\ud800', '语', '"'])
      for (const frame of framesOf({ text: character.repeat(25_000), isObject: false }, HEAD))
        expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(65_536);
  });

  it('of a page is put together as it was taken apart', () => {
    fc.assert(
      fc.property(anyData, fc.constantFrom(7, 1_000, 40_000, 65_000), (data, packetSize) => {
        fc.pre(JSON.stringify(data).length / packetSize < 1_000);
        const assembly = new TextAssembly();
        const said = fromPage(data, packetSize).map((frame) => assembly.take(parseFrame(frame), 0));
        expect(said.slice(0, -1).every((text) => text === null)).toBe(true);
        const whole = said.at(-1);
        expect(whole && dataOf(whole)).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 60 },
    );
  });

  it('says to those who can read it whose it is', () => {
    const [frame = ''] = framesOf({ text: 'hello', ...NOTHING }, HEAD);
    expect(JSON.parse(frame)).toEqual({
      type: 'text',
      uuid: 'u1',
      sendingTime: 1000,
      packets: 0,
      message: 'hello',
      last: true,
      isobject: false,
      from: '1',
      name: 'Anna',
      id: 7,
    });
  });
});

describe('a hostile frame', () => {
  it('is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect(['taken', 'bad-message']).toContain(codeOf(() => parseFrame(message)));
      }),
    );
    for (const message of ['', '{}', '[]', 'null', '{"type":"text"}', '{"type":"file","uuid":"1","message":""}'])
      expect(codeOf(() => parseFrame(message))).toBe('bad-message');
    const frame = { type: 'text', uuid: 'u', message: 'm' };
    for (const wrong of [{ uuid: 1 }, { uuid: '' }, { uuid: 'x'.repeat(65) }, { message: {} }, { last: 'yes' }])
      expect(codeOf(() => parseFrame(JSON.stringify({ ...frame, ...wrong })))).toBe('bad-message');
  });

  it('is refused when it says that it is JSON and is not, or is too deep', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const text of ['{', 'undefined', '', deep, '['.repeat(65) + ']'.repeat(65)])
      expect(codeOf(() => dataOf({ text, isObject: true }))).toBe('bad-message');
    expect(codeOf(() => dataOf({ text: '['.repeat(64) + ']'.repeat(64), isObject: true }))).toBe('taken');
  });
});

describe('the texts of one person', () => {
  const part = (uuid: string, message: string, more: object = {}) =>
    parseFrame(JSON.stringify({ type: 'text', uuid, message, ...more }));
  const begin = (uuid: string, message: string) => part(uuid, message, { packets: 2 });

  it('may be sent by turns', () => {
    const assembly = new TextAssembly();
    assembly.take(begin('a', 'one'), 0);
    assembly.take(begin('b', 'uno'), 0);
    expect(assembly.take(part('a', ' two', { last: true }), 0)).toEqual({ text: 'one two', isObject: false });
    expect(assembly.take(part('b', ' due', { last: true }), 0)).toEqual({ text: 'uno due', isObject: false });
  });

  it('are refused beyond a million characters, and the rest of them after that', () => {
    const assembly = new TextAssembly();
    const piece = 'x'.repeat(250_000);
    for (let length = 0; length < MAX_TEXT_LENGTH; length += piece.length)
      assembly.take(length === 0 ? begin('a', piece) : part('a', piece), 0);
    expect(codeOf(() => assembly.take(begin('b', 'y'), 0))).toBe('message-too-large');
    expect(codeOf(() => assembly.take(part('a', 'x'), 0))).toBe('message-too-large');
    expect(codeOf(() => assembly.take(part('a', 'x', { last: true }), 0))).toBe('bad-message');
    expect(assembly.take(begin('c', 'z'), 0)).toBeNull();
  });

  it('are refused in too many parts, and too many at a time', () => {
    const assembly = new TextAssembly();
    assembly.take(begin('a', ''), 0);
    for (let parts = 1; parts < 2_000; parts++) assembly.take(part('a', ''), 0);
    expect(codeOf(() => assembly.take(part('a', ''), 0))).toBe('message-too-large');
    for (let texts = 0; texts < 16; texts++) assembly.take(begin(`t${texts}`, 'x'), 0);
    expect(codeOf(() => assembly.take(begin('one more', 'x'), 0))).toBe('message-too-large');
  });

  it('are forgotten when they do not go on', () => {
    const assembly = new TextAssembly();
    assembly.take(begin('a', 'one'), 0);
    expect(codeOf(() => assembly.take(part('a', 'two', { last: true }), 20_001))).toBe('bad-message');
  });
});
