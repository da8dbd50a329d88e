/** A page's table of texts. Those that are made of parts are functions; they are not for elements that stand in the page. */
export type TextTable = Readonly<Record<string, unknown>>;

/** Writes texts into the page: `data-text` = what an element says, `data-label` = what it is called, `data-placeholder`. */
export function writeTexts(root: ParentNode, words: TextTable): void {
  const word = (element: HTMLElement, key: string): string => {
    const text = words[element.dataset[key] ?? ''];
    return typeof text === 'string' ? text : '';
  };
  for (const found of root.querySelectorAll<HTMLElement>('[data-text]')) found.textContent = word(found, 'text');
  for (const found of root.querySelectorAll<HTMLElement>('[data-label]')) {
    found.setAttribute('aria-label', word(found, 'label'));
    if (found instanceof HTMLButtonElement) found.title = word(found, 'label');
  }
  for (const found of root.querySelectorAll<HTMLElement>('[data-placeholder]'))
    found.setAttribute('placeholder', word(found, 'placeholder'));
}
