import type { Words } from './words.ts';

const MOST_CHARACTERS = 500;

/** What a message says, as a text: what is no text, as JSON. Undefined = it was too long to be told. */
export function messageText(data: unknown, words: Words): string {
  if (data === undefined) return words.chat.long;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
