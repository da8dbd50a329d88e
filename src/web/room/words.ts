import type { Language } from '../shared/language.ts';
import type { Widen } from '../shared/widen.ts';
import { ENGLISH } from './words-en.ts';
import { CHINESE } from './words-zh.ts';

/** Everything that the room page says. */
export type Words = Widen<typeof ENGLISH>;

/** The keys of those that are plain texts. */
export type PlainWord = { [K in keyof Words]: Words[K] extends string ? K : never }[keyof Words];

/** All texts in all languages. */
export const WORDS: Record<Language, Words> = { en: ENGLISH, zh: CHINESE };
