import type { PlainWord, Words } from './words.ts';

/** Writes texts into the page: `data-text` = what an element says, `data-label` = what it is called, `data-placeholder`. */
export function writeTexts(root: ParentNode, words: Words): void {
  const word = (element: HTMLElement, key: string) => words[element.dataset[key] as PlainWord];
  for (const found of root.querySelectorAll<HTMLElement>('[data-text]')) found.textContent = word(found, 'text');
  for (const found of root.querySelectorAll<HTMLElement>('[data-label]')) {
    found.setAttribute('aria-label', word(found, 'label'));
    if (found instanceof HTMLButtonElement) found.title = word(found, 'label');
  }
  for (const found of root.querySelectorAll<HTMLElement>('[data-placeholder]'))
    found.setAttribute('placeholder', word(found, 'placeholder'));
}
