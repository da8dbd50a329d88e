import { type IconName, icon } from './icons.ts';

/** What a button of the toolbar shows at the moment. */
export interface ToolFace {
  icon: IconName;
  text: string;
  /** What it is called where that is more than its text. */
  label?: string;
  /** `off`: something is not sent; `on`: something is open or runs. */
  look?: 'off' | 'on' | undefined;
  pressed?: boolean;
  expanded?: boolean;
  badge?: number;
}

/** A row of buttons, one of which is in the tab order; the arrow keys lead to the others (WAI-ARIA toolbar). */
export class Toolbar {
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
    element.addEventListener('keydown', (event) => {
      this.#move(event);
    });
    element.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLButtonElement) this.#enter(target);
    });
    const [first] = this.#buttons;
    if (first) this.#enter(first);
  }

  /** Does something when a button is pressed. */
  on(id: string, action: () => void): void {
    this.button(id).addEventListener('click', action);
  }

  /** The button with this id. */
  button(id: string): HTMLButtonElement {
    const found = this.#element.querySelector(`#${id}`);
    if (found instanceof HTMLButtonElement) return found;
    throw new Error(`There is no button ${id}`);
  }

  /** Changes how a button looks and what it is called. */
  show(id: string, face: ToolFace): void {
    const button = this.button(id);
    const text = document.createElement('span');
    text.className = 'text';
    text.textContent = face.text;
    button.replaceChildren(icon(face.icon), text);
    button.setAttribute('aria-label', face.label ?? face.text);
    button.title = face.label ?? face.text;
    button.dataset.look = face.look ?? '';
    for (const state of ['pressed', 'expanded'] as const) {
      if (face[state] !== undefined) button.setAttribute(`aria-${state}`, String(face[state]));
    }
    if (!face.badge) return;
    const badge = document.createElement('span');
    badge.className = 'count';
    badge.setAttribute('aria-hidden', 'true');
    badge.textContent = face.badge > 99 ? '99+' : String(face.badge);
    button.append(badge);
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.#element.querySelectorAll('button')].filter(({ hidden, disabled }) => !hidden && !disabled);
  }

  #enter(button: HTMLButtonElement): void {
    for (const other of this.#element.querySelectorAll('button')) other.tabIndex = other === button ? 0 : -1;
  }

  #move(event: KeyboardEvent): void {
    const buttons = this.#buttons;
    const at = buttons.findIndex((button) => button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || buttons.length === 0) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length]?.focus();
  }
}
