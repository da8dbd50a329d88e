import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../../../src/protocol/errors.ts';
import { ApiError, UnreachableError } from '../../../../src/client/errors.ts';
import { errorInWords } from '../../../../src/web/console/error-words.ts';
import { WORDS } from '../../../../src/web/console/words.ts';

type Tree = Map<string, string>;

/** Every text by its path; those that are made of parts, made of marks. */
function textsOf(value: unknown, path = '', texts: Tree = new Map()): Tree {
  if (typeof value === 'string') texts.set(path, value);
  else if (typeof value === 'function') {
    const parts = Array.from({ length: value.length }, (_, index) => `‹${index}›`);
    texts.set(path, String((value as (...parts: string[]) => unknown)(...parts)));
  } else for (const [key, inner] of Object.entries(value as object)) textsOf(inner, `${path}.${key}`, texts);
  return texts;
}

const english = textsOf(WORDS.en);
const chinese = textsOf(WORDS.zh);

describe('the words of the console', () => {
  test('are the same texts in both languages, none of them empty', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const texts of [english, chinese]) for (const [path, text] of texts) expect(text.trim(), path).not.toBe('');
  });

  test('say every part that they are given in both languages', () => {
    const parts = (text: string) => [...new Set(text.match(/‹\d›/g))].sort();
    for (const [path, text] of english) expect(parts(chinese.get(path)!), path).toEqual(parts(text));
  });

  test('are translated, but for what has no translation', () => {
    const same = [...english].filter(([path, text]) => chinese.get(path) === text).map(([path]) => path);
    expect(same).toEqual(['.unknown', '.server.cpu']);
  });

  test('are found for every error: of their own, or the server’s', () => {
    for (const [code, { status, title }] of Object.entries(ERRORS)) {
      const error = new ApiError({ type: 'about:blank', code, status, title, detail: `detail of ${code}` });
      for (const words of [WORDS.en, WORDS.zh]) expect(errorInWords(error, words)).not.toContain('undefined');
    }
    const rare = new ApiError({
      type: 'about:blank',
      code: 'bad-config',
      status: 500,
      title: '',
      detail: 'no such key',
    });
    expect(errorInWords(rare, WORDS.en)).toContain('no such key');
    expect(errorInWords(new UnreachableError('away'), WORDS.zh)).toBe(WORDS.zh.errors.unreachable);
    expect(errorInWords(new TypeError('broken'), WORDS.en)).toContain('broken');
  });
});
