import { errorInWords } from '../error-words.ts';
import { button, type Child, h } from './elements.ts';
import { words } from './say.ts';

/** What the operator is told: of what they did in passing, of failures until they have read it. */
export class Notices {
  readonly element: HTMLElement;
  /** Read out by screen readers, and seen for a while. */
  readonly #status = h('div', { role: 'status', class: 'notices' });
  readonly #alerts = h('div', { role: 'alert', class: 'notices' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element = h('div', { class: 'notice-area' }, this.#alerts, this.#status);
  }

  /** Says in passing what has been done; what is behind a dialog is read out to nobody, so it is said when that has closed. */
  done(text: string): void {
    const dialog = document.querySelector('dialog[open]');
    if (dialog === null) this.#say(text);
    else
      dialog.addEventListener(
        'close',
        () => {
          this.#say(text);
        },
        { once: true },
      );
  }

  #say(text: string): void {
    clearTimeout(this.#timer);
    this.#alerts.replaceChildren();
    this.#status.replaceChildren(h('p', { class: 'notice good' }, text));
    this.#timer = setTimeout(() => {
      this.#status.replaceChildren();
    }, 6000);
  }

  /** Says what has gone wrong, until it is dismissed or something else is done. */
  warn(text: string, ...actions: Child[]): void {
    this.#status.replaceChildren();
    const dismiss = button(words.dismiss, () => {
      this.clear();
    });
    const buttons = h('div', { class: 'actions' }, ...actions, dismiss);
    this.#alerts.replaceChildren(h('div', { class: 'notice warn' }, h('p', {}, text), buttons));
  }

  /** Takes everything away. */
  clear(): void {
    this.#alerts.replaceChildren();
    this.#status.replaceChildren();
  }

  /** Does something, and says how it went. */
  async run(action: () => Promise<unknown>, done?: string): Promise<void> {
    try {
      await action();
      if (done !== undefined) this.done(done);
    } catch (error) {
      this.warn(errorInWords(error, words));
    }
  }
}
