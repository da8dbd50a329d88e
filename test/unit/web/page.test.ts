import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionId, RoomName } from '../../../src/protocol/ids.ts';

const html = await readFile(new URL('../../../src/web/demos/Video-Conferencing.html', import.meta.url), 'utf8');
const pattern = /pattern="([^"]+)"/.exec(html)?.[1] ?? '';
const maxLength = Number(/maxlength="(\d+)"/.exec(html)?.[1]);
// As a browser reads the attribute: anchored, with the v flag.
const expression = new RegExp(`^(?:${pattern})$`, 'v');
const fieldTakes = (id: string): boolean => id.length <= maxLength && expression.test(id);

const CHARACTERS = [
  'a',
  'Z',
  '9',
  'é',
  '会',
  '\u0301',
  '.',
  '_',
  '~',
  '-',
  '<',
  '>',
  '&',
  '"',
  "'",
  ' ',
  '/',
  '#',
  '?',
];

describe('the id field of the page', () => {
  test('takes ids of the server, in any script', () => {
    for (const id of ['1', 'lobby', '会议-1', 'Zoë', 'a'.repeat(64)]) expect(fieldTakes(id), id).toBe(true);
  });

  test('takes exactly what the server takes', () => {
    const id = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 66 });
    fc.assert(fc.property(id, (text) => fieldTakes(text) === ConnectionId.safeParse(text).success));
  });

  test('refuses markup and what a URL would cut off', () => {
    for (const id of ['', '<b>', 'a&b', 'a b', '#1', 'a?b', '-1', 'a'.repeat(65)])
      expect(fieldTakes(id), id).toBe(false);
  });

  test('takes what the field of the first page takes for the name of a room', async () => {
    const first = await readFile(new URL('../../../src/web/index.html', import.meta.url), 'utf8');
    expect(/pattern="([^"]+)"/.exec(first)?.[1]).toBe(pattern);
    expect(Number(/maxlength="(\d+)"/.exec(first)?.[1])).toBe(maxLength);
    expect(RoomName.safeParse('会议-1').success && !RoomName.safeParse('a b').success).toBe(true);
  });
});
