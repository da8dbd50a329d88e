/** The element of the page with this id; throws when there is none, or one of another kind. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with id ${id}`);
}

/** What a new element is made of; `text` is set as text, never as HTML. */
export interface Parts {
  class?: string;
  text?: string;
  attributes?: Record<string, string>;
  children?: readonly (Node | undefined)[];
}

/** A new element. */
export function make<K extends keyof HTMLElementTagNameMap>(name: K, parts: Parts = {}): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (parts.class !== undefined) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  for (const [key, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(key, value);
  made.append(...(parts.children ?? []).filter((child) => child !== undefined));
  return made;
}

/** A new button that does something when it is pressed. */
export function makeButton(parts: Parts, action: () => void): HTMLButtonElement {
  const button = make('button', { ...parts, attributes: { type: 'button', ...parts.attributes } });
  button.addEventListener('click', action);
  return button;
}
