import { make } from '../shared/element.ts';
import type { PlainWord, Words } from './words.ts';

/** The keys of a call, and what each is for. */
export const SHORTCUTS = {
  m: 'keyMute',
  v: 'keyCamera',
  s: 'keyShare',
  c: 'keyChat',
  p: 'keyPeople',
  f: 'keyFull',
  '?': 'keyHelp',
  Escape: 'keyEscape',
} as const satisfies Record<string, PlainWord>;

/** A key of {@link SHORTCUTS}. */
export type Shortcut = keyof typeof SHORTCUTS;

const TEXT_FIELDS = 'input:not([type=checkbox]), textarea, select, [contenteditable]';

/** Calls `action` for each shortcut that is pressed outside of text fields and dialogs, without Ctrl, Alt or Meta. */
export function listenForShortcuts(action: (key: Shortcut) => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!Object.hasOwn(SHORTCUTS, key) || document.querySelector('dialog[open]')) return;
    const inField = event.target instanceof Element && event.target.matches(TEXT_FIELDS);
    if (inField && key !== 'Escape') return;
    if (!inField) event.preventDefault();
    action(key as Shortcut);
  });
}

/** Writes the shortcuts into a list. */
export function describeShortcuts(list: HTMLElement, words: Words): void {
  for (const [key, word] of Object.entries(SHORTCUTS)) {
    const name = key === 'Escape' ? 'Esc' : key.toUpperCase();
    list.append(make('dt', { children: [make('kbd', { text: name })] }), make('dd', { text: words[word] }));
  }
}
