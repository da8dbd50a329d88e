/** Says things to screen readers that are to be seen elsewhere, one after the other. */
export class Announcer {
  readonly #region: HTMLElement;

  constructor(region: HTMLElement) {
    this.#region = region;
  }

  /** Says a sentence; the same one twice is said twice. */
  say(sentence: string): void {
    const line = document.createElement('p');
    line.textContent = sentence;
    this.#region.append(line);
    while (this.#region.childElementCount > 5) this.#region.firstElementChild?.remove();
  }
}
