type Attribute = string | number | boolean | undefined | ((event: Event) => void);
/** What can be in an element; texts are set as text. */
export type Child = Node | string | false | null | undefined;

/** Makes an element; attributes whose names begin with `on` are listeners, true is an attribute without a value. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(isPresent));
  return element;
}

function isPresent(child: Child): child is Node | string {
  return child !== null && child !== undefined && child !== false;
}

/** A button of a kind (`primary`, `danger` …) that does something when it is pressed. */
export function button(label: string, press: () => void, kind = '', attributes: Record<string, Attribute> = {}) {
  return h('button', { type: 'button', class: kind || undefined, onclick: press, ...attributes }, label);
}

/** Sets a text only when it is another one, so that nothing is read out or selected anew without need. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

let nextId = 0;
/** An id for an element that another one refers to. */
export function freshId(): string {
  nextId += 1;
  return `e${nextId}`;
}

/** A label above a field, perhaps with a hint below. */
export function field(label: string, input: HTMLElement, hint?: string): HTMLElement {
  input.id ||= freshId();
  const hintId = freshId();
  if (hint !== undefined) input.setAttribute('aria-describedby', hintId);
  return h(
    'div',
    { class: 'field' },
    h('label', { for: input.id }, label),
    input,
    hint !== undefined && h('p', { class: 'hint', id: hintId }, hint),
  );
}

/** A choice out of named values. */
export function select<V extends string>(
  options: readonly (readonly [value: V, label: string])[],
  chosen: V,
  attributes: Record<string, Attribute> = {},
): HTMLSelectElement {
  const element = h('select', attributes, ...options.map(([value, label]) => h('option', { value }, label)));
  element.value = chosen;
  return element;
}

/** Gives the focus to the heading of a part of the page: to whoever uses the keyboard it would begin at the top of the page again. */
export function focusHeadingOf(part: Element | null | undefined): void {
  const heading = part?.querySelector<HTMLElement>('h1, h2');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** One thing in a list that is kept in step with what it shows. */
export interface Row<T> {
  element: HTMLElement;
  update(item: T): void;
}

/** Keeps the children of an element in step with a list; an item keeps its element, and with it the focus, as long as it is there. */
export class KeyedList<T> {
  readonly #container: HTMLElement;
  readonly #key: (item: T) => string;
  readonly #make: (item: T) => Row<T>;
  readonly #rows = new Map<string, Row<T>>();

  constructor(container: HTMLElement, key: (item: T) => string, make: (item: T) => Row<T>) {
    this.#container = container;
    this.#key = key;
    this.#make = make;
  }

  /** Shows exactly these items, in this order. */
  show(items: readonly T[]): void {
    const wanted = new Set(items.map(this.#key));
    for (const [key, { element }] of this.#rows) {
      if (wanted.has(key)) continue;
      const hadFocus = element.contains(document.activeElement);
      element.remove();
      this.#rows.delete(key);
      if (hadFocus) focusHeadingOf(this.#container.closest('section, main'));
    }
    let place = this.#container.firstElementChild;
    for (const item of items) {
      const key = this.#key(item);
      const row = this.#rows.get(key) ?? this.#make(item);
      this.#rows.set(key, row);
      row.update(item);
      // Moving an element takes the focus from it: what is in its place already stays there.
      if (row.element === place) place = place.nextElementSibling;
      else this.#container.insertBefore(row.element, place);
    }
  }

  /** The row of an item. */
  get(key: string): Row<T> | undefined {
    return this.#rows.get(key);
  }
}
