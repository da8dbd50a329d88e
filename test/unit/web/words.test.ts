import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { HOME_WORDS } from '../../../src/web/home/words.ts';
import { WORDS } from '../../../src/web/room/words.ts';
import { chooseLanguage } from '../../../src/web/shared/choose-language.ts';

const WEB = new URL('../../../src/web/', import.meta.url);
const read = (path: string) => readFile(new URL(path, WEB), 'utf8');
/** What texts with a part in them are made with. */
const sample = (text: unknown): string =>
  typeof text === 'function' ? String((text as (...args: unknown[]) => unknown)('x', 'y')) : String(text);

const PAGES = [
  { name: 'the room page', tables: WORDS as Record<string, Record<string, unknown>>, html: 'room/index.html' },
  { name: 'the first page', tables: HOME_WORDS as Record<string, Record<string, unknown>>, html: 'index.html' },
];

describe.each(PAGES)('the words of $name', ({ tables, html }) => {
  test('are there in both languages, and in Chinese they are Chinese', () => {
    const { en = {}, zh = {} } = tables;
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      expect(typeof zh[key]).toBe(typeof text);
      for (const table of [en, zh]) expect(sample(table[key]).trim(), key).not.toBe('');
      expect(sample(text), key).not.toMatch(/\p{Script=Han}/u);
      if (!['title', 'ofPerson'].includes(key)) expect(sample(zh[key]), key).toMatch(/\p{Script=Han}/u);
    }
  });

  test('are those that its elements name, and it says nothing else', async () => {
    const source = await read(html);
    for (const [, , key = ''] of source.matchAll(/data-(text|label|placeholder)="([^"]+)"/g))
      expect(typeof tables.en?.[key], key).toBe('string');
    const body = source.slice(source.indexOf('<body')).replace(/<noscript>.*?<\/noscript>/s, '');
    const said = body
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    expect(said.replaceAll('webstreamer', '').trim()).toBe('');
  });
});

describe('the scripts of the room page', () => {
  test('have their texts from the table', async () => {
    const files = (await readdir(new URL('room/', WEB))).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('words'),
    );
    for (const file of files)
      expect((await read(`room/${file}`)).match(/(textContent|title|innerHTML) = ['"`][^'"`]/g), file).toBeNull();
  });
});

describe('the language of a page', () => {
  test('is the first that the browser wants and the page speaks', () => {
    expect(chooseLanguage(['zh-CN', 'en'])).toBe('zh');
    expect(chooseLanguage(['de-DE', 'zh-TW', 'en'])).toBe('zh');
    expect(chooseLanguage(['EN-gb', 'zh'])).toBe('en');
    expect(chooseLanguage(['de'])).toBe('en');
    expect(chooseLanguage([])).toBe('en');
  });
});
