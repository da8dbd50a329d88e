import { element } from '../shared/element.ts';
import type { LocalMedia } from './local-media.ts';
import { Toolbar } from './toolbar.ts';
import type { Words } from './words.ts';

/** What the controls do. */
export interface ControlActions {
  share(): void;
  invite(): void;
  leave(): void;
  /** A panel beside the pictures was opened or closed. */
  onPanel(panel: Panel | undefined): void;
}

/** What can be open beside the pictures. */
export type Panel = 'chat' | 'people';

/** The bar below the pictures, and what it opens. */
export class Controls {
  readonly #words: Words;
  readonly #media: LocalMedia;
  readonly #actions: ControlActions;
  readonly #bar = new Toolbar(element('toolbar', HTMLElement));
  readonly #panels = { chat: element('chat', HTMLElement), people: element('people', HTMLElement) };
  readonly #more = element('more-dialog', HTMLDialogElement);
  #panel: Panel | undefined;
  #unread = 0;

  constructor(words: Words, media: LocalMedia, actions: ControlActions) {
    this.#words = words;
    this.#media = media;
    this.#actions = actions;
    this.#bar.on('tool-microphone', () => {
      this.toggle('microphone');
    });
    this.#bar.on('tool-camera', () => {
      this.toggle('camera');
    });
    this.#bar.on('tool-share', () => {
      actions.share();
    });
    this.#bar.on('tool-chat', () => {
      this.togglePanel('chat');
    });
    this.#bar.on('tool-people', () => {
      this.togglePanel('people');
    });
    this.#bar.on('tool-invite', () => {
      actions.invite();
    });
    this.#bar.on('tool-more', () => {
      this.openMore();
    });
    this.#bar.on('tool-leave', () => {
      actions.leave();
    });
    for (const panel of Object.values(this.#panels))
      panel.querySelector('.close')?.addEventListener('click', () => {
        this.closePanel();
      });
    for (const dialog of document.querySelectorAll('dialog'))
      dialog.addEventListener('click', ({ target }) => {
        if (target === dialog) dialog.close(); // beside it
      });
    this.show({ watching: false, sharing: false });
    this.showUnread(0);
    this.#showPanel();
  }

  /** Turns camera or microphone on or off. */
  toggle(kind: 'camera' | 'microphone'): void {
    if (!this.#bar.button(`tool-${kind}`).hidden) void this.#media.turn(kind, !this.#media.isOn(kind));
  }

  /** Shows what is sent and what is not. */
  show({ watching, sharing }: { watching: boolean; sharing: boolean }): void {
    const words = this.#words;
    const [hears, sees] = [this.#media.isOn('microphone'), this.#media.isOn('camera')];
    const canShare = 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices;
    for (const id of ['tool-microphone', 'tool-camera']) this.#bar.button(id).hidden = watching;
    this.#bar.button('tool-share').hidden = watching || !canShare;
    this.#bar.show('tool-microphone', {
      icon: hears ? 'microphone' : 'microphone-off',
      text: hears ? words.mute : words.unmute,
      look: hears ? undefined : 'off',
    });
    this.#bar.show('tool-camera', {
      icon: sees ? 'camera' : 'camera-off',
      text: sees ? words.cameraOff : words.cameraOn,
      look: sees ? undefined : 'off',
    });
    this.#bar.show('tool-share', {
      icon: sharing ? 'screen-off' : 'screen',
      text: sharing ? words.unshare : words.share,
      look: sharing ? 'on' : undefined,
    });
    this.#bar.show('tool-invite', { icon: 'invite', text: words.invite });
    this.#bar.show('tool-more', { icon: 'more', text: words.more });
    this.#bar.show('tool-leave', { icon: 'leave', text: words.leave });
  }

  /** Shows how many messages have not been read. */
  showUnread(count: number): void {
    this.#unread = count;
    this.#showPanel();
  }

  /** Which panel is open. */
  get panel(): Panel | undefined {
    return this.#panel;
  }

  /** Opens a panel in place of any other, or closes it. */
  togglePanel(panel: Panel): void {
    if (this.#panel === panel) {
      this.closePanel();
      return;
    }
    this.#panel = panel;
    this.#showPanel();
    this.#actions.onPanel(panel);
    const first = panel === 'chat' ? 'chat-field' : 'people-title';
    document.getElementById(first)?.focus();
  }

  /** Closes what is open beside the pictures; the focus goes back to the button that has opened it. */
  closePanel(): void {
    const panel = this.#panel;
    if (!panel) return;
    const hadFocus = this.#panels[panel].contains(document.activeElement);
    this.#panel = undefined;
    this.#showPanel();
    this.#actions.onPanel(undefined);
    if (hadFocus) this.#bar.button(`tool-${panel}`).focus();
  }

  /** Opens the dialog with everything else. */
  openMore(): void {
    if (!this.#more.open) this.#more.showModal();
  }

  #showPanel(): void {
    const words = this.#words;
    for (const name of ['chat', 'people'] as const) {
      const isOpen = this.#panel === name;
      this.#panels[name].hidden = !isOpen;
      this.#bar.show(`tool-${name}`, {
        icon: name,
        text: words[name],
        look: isOpen ? 'on' : undefined,
        expanded: isOpen,
        ...(name === 'chat' && this.#unread > 0 && { badge: this.#unread, label: words.unread(this.#unread) }),
      });
    }
  }
}
