import type { Webstreamer } from '../../client/index.ts';
import { element } from '../shared/element.ts';
import type { Announcer } from './announcer.ts';
import type { Words } from './words.ts';

/** Whether links can be made, or tokens are not needed at all. */
export interface InviteRights {
  required: boolean;
  operates: boolean;
}

/** The dialog with the link by which others join. */
export class InviteDialog {
  readonly #words: Words;
  readonly #client: Webstreamer;
  readonly #room: string;
  readonly #announcer: Announcer;
  readonly #dialog = element('invite-dialog', HTMLDialogElement);
  readonly #field = element('link', HTMLInputElement);
  readonly #hint = element('invite-hint', HTMLElement);
  readonly #result = element('copy-result', HTMLElement);

  constructor(words: Words, client: Webstreamer, room: string, announcer: Announcer) {
    this.#words = words;
    this.#client = client;
    this.#room = room;
    this.#announcer = announcer;
    element('copy', HTMLButtonElement).addEventListener('click', () => void this.#copy());
  }

  /** Opens the dialog, with a link of its own where the room asks for tokens and this person may give them. */
  async open({ required, operates }: InviteRights): Promise<void> {
    this.#result.textContent = '';
    const address = `${location.origin}/rooms/${encodeURIComponent(this.#room)}`;
    const makes = required && operates;
    this.#field.value = makes ? '' : address;
    this.#hint.textContent = required && !operates ? this.#words.inviteNeedsToken : this.#words.inviteHint;
    this.#dialog.showModal();
    if (!makes) return;
    try {
      this.#field.value = (await this.#client.makeLink(this.#room, { role: 'participant' })).url;
    } catch (error) {
      this.#result.textContent = this.#words.notDone(error instanceof Error ? error.message : '');
    }
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#field.value);
      this.#say(this.#words.copied);
    } catch {
      this.#field.focus();
      this.#field.select();
      this.#say(this.#words.notCopied);
    }
  }

  #say(text: string): void {
    this.#result.textContent = text;
    this.#announcer.say(text);
  }
}
