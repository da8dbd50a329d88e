import { describe, expect, it } from 'vitest';
import { undocumentedExports } from '../../../scripts/undocumented-exports.mjs';

const names = (text: string) => undocumentedExports('a.ts', text).map(({ line, name }) => `${line} ${name}`);

describe('undocumented exports', () => {
  it.each([
    ['export const a = 1, b = 2;', ['1 a', '1 b']],
    ['\nexport function f() {}', ['2 f']],
    ['export default class {}', ['1 the default export']],
    ['export class C {}\nexport interface I {}\nexport type T = 1;', ['1 C', '2 I', '3 T']],
    ['// not a doc comment\nexport const a = 1;', ['2 a']],
  ])('are found in %j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it.each([
    '/** One. */\nexport const a = 1;',
    'const a = 1;',
    "export { a } from './b.ts';",
    '/** F. */\nexport async function f() {}',
  ])('are not found in %j', (text) => {
    expect(names(text)).toEqual([]);
  });
});
