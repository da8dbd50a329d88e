import { element } from '../shared/element.ts';
import { type PageState, type WayOn, wayOnAfter } from './page-state.ts';
import type { Words } from './words.ts';

/** The screens of the page, one of which is to be seen, and what the call's screen says of how it goes. */
export class Screens {
  readonly #words: Words;
  readonly #screens = {
    preview: element('preview', HTMLElement),
    call: element('call', HTMLElement),
    ended: element('ended', HTMLElement),
  };
  readonly #progress = element('progress', HTMLElement);
  readonly #ownNotice = element('own-notice', HTMLElement);
  readonly #again = element('again', HTMLButtonElement);
  #shown: PageState['screen'] | undefined;

  constructor(words: Words, room: string, actions: { again(): void }) {
    this.#words = words;
    element('preview-title', HTMLElement).textContent = words.previewTitle(room);
    element('call-title', HTMLElement).textContent = words.callTitle(room);
    this.#again.addEventListener('click', () => {
      actions.again();
    });
  }

  /** Shows a state of the page; the focus goes to the title of a screen that is new. */
  show(state: PageState): void {
    document.body.dataset.screen = state.screen;
    if (state.screen === 'call') document.body.dataset.progress = state.progress;
    for (const [name, screen] of Object.entries(this.#screens)) screen.hidden = name !== state.screen;
    if (state.screen === 'call') this.#showProgress(state);
    if (state.screen === 'ended') this.#showEnd(state);
    if (this.#shown !== state.screen) document.getElementById(`${state.screen}-title`)?.focus();
    this.#shown = state.screen;
  }

  /** Says what somebody else has stopped of what this person sends. */
  showStopped({ audio, video }: { audio: boolean; video: boolean }): void {
    const texts = [...(audio ? [this.#words.mutedByHost] : []), ...(video ? [this.#words.stoppedByHost] : [])];
    const text = texts.join(' ');
    this.#ownNotice.hidden = text === '';
    if (this.#ownNotice.textContent !== text) this.#ownNotice.textContent = text;
  }

  /** Says what there is to say while nobody else can be seen; `floor` = this person has it. */
  showAlone(floor: boolean): void {
    const words = this.#words;
    element('alone-title', HTMLElement).textContent = floor ? words.floorTitle : words.alone;
    element('alone-hint', HTMLElement).textContent = floor ? words.floorHint : words.aloneHint;
  }

  /** Fills the screen with the page, or no longer. */
  toggleFullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen().catch(() => undefined); // a phone that cannot
  }

  #showProgress({ progress }: Extract<PageState, { screen: 'call' }>): void {
    this.#progress.hidden = progress === 'on';
    element('progress-text', HTMLElement).textContent = progress === 'on' ? '' : this.#words[progress];
  }

  #showEnd({ why, detail }: Extract<PageState, { screen: 'ended' }>): void {
    const words = this.#words;
    element('ended-title', HTMLElement).textContent = why === 'left' ? words.leftTitle : words[why];
    element('ended-text', HTMLElement).textContent = detail ?? (why === 'left' ? words.leftHint : words[`${why} hint`]);
    const way: WayOn = wayOnAfter(why);
    this.#again.hidden = way === 'none';
    this.#again.textContent = way === 'none' ? '' : words[way];
    for (const dialog of document.querySelectorAll('dialog')) dialog.close();
    this.showStopped({ audio: false, video: false });
  }
}
