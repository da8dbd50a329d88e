import { make, makeButton } from '../shared/element.ts';
import type { BoxKind, BoxLabel } from '../shared/server-words.ts';
import { icon } from './icons.ts';
import { hueOf, initialsOf } from './name-card.ts';
import type { Words } from './words.ts';

/** What a box tells the stage. */
export interface BoxListener {
  onPin(): void;
  /** The shape of the picture is known, or has changed. */
  onShape(): void;
}

/** One picture with its caption. Every text is set as text, never as HTML. */
export class Box {
  readonly element: HTMLElement;
  readonly video: HTMLVideoElement;
  /** Whose stream it plays; undefined for a box without one, in place of a picture that the operator has stopped. */
  readonly userId: string | undefined;
  readonly #words: Words;
  readonly #name = make('span', { class: 'name' });
  readonly #caption = make('span', { class: 'caption', children: [this.#name] });
  readonly #initials = make('span');
  readonly #avatar = make('span', {
    class: 'avatar',
    attributes: { 'aria-hidden': 'true' },
    children: [this.#initials],
  });
  readonly #pin: HTMLButtonElement;
  #kind: BoxKind = 'unknown';
  #label: BoxLabel | undefined;

  constructor(id: string, userId: string | undefined, words: Words, listener: BoxListener) {
    this.userId = userId;
    this.#words = words;
    this.video = make('video', { attributes: { autoplay: '', playsinline: '' } });
    this.video.addEventListener('resize', () => {
      listener.onShape();
    });
    this.#pin = makeButton(
      { class: 'icon pin', attributes: { 'aria-pressed': 'false' }, children: [icon('pin')] },
      () => {
        listener.onPin();
      },
    );
    this.element = make('div', {
      class: 'media-container',
      attributes: { id, role: 'group' },
      children: [this.video, this.#avatar, this.#caption, this.#pin],
    });
    this.#show();
  }

  /** What kind of picture it is. */
  get kind(): BoxKind {
    return this.#kind;
  }

  /** Whom it shows, where that is somebody in particular. */
  get label(): BoxLabel | undefined {
    return this.#label;
  }

  /** Says whom and what it shows. */
  describe(kind: BoxKind, label: BoxLabel | undefined): void {
    this.#kind = kind;
    this.#label = label;
    this.#show();
  }

  /** Shows one's own picture: silent and mirrored. */
  markAsOwn(name: string): void {
    this.video.muted = true;
    this.element.classList.add('own');
    this.#pin.remove();
    this.#name.textContent = this.#words.you;
    this.element.setAttribute('aria-label', this.#words.yourPicture);
    this.video.setAttribute('aria-label', this.#words.yourPicture);
    this.#drawAvatar(name);
  }

  /** Says of one's own picture whether others see and hear it. */
  showOwn(name: string, muted: { audio: boolean; video: boolean }): void {
    this.#drawAvatar(name);
    this.#showMuted(muted);
  }

  /** Whether it has been made large by hand. */
  set pinned(pinned: boolean) {
    this.#pin.setAttribute('aria-pressed', String(pinned));
  }

  /** Plays a stream; `refused` is called when the browser wants the person to press something first. */
  play(stream: MediaStream, refused: () => void): void {
    if (this.video.srcObject !== stream) this.video.srcObject = stream;
    this.video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') refused();
    });
  }

  /** Takes it off the page. */
  remove(): void {
    this.video.srcObject = null;
    this.element.remove();
  }

  #show(): void {
    const label = this.#label;
    const name = label?.name ?? this.#words.somebody;
    const title =
      this.#kind === 'grid' ? this.#words.everybody : this.#kind === 'screen' ? this.#words.screenOf(name) : name;
    const { classList } = this.element;
    this.#name.textContent = title;
    this.#caption.hidden = this.#kind === 'grid';
    this.element.setAttribute('aria-label', title);
    this.video.setAttribute('aria-label', title);
    this.#pin.setAttribute('aria-label', this.#words.pin(title));
    this.#pin.title = this.#words.pin(title);
    // The slate's tone says to pages without words of their own that nobody is there.
    this.video.muted = this.#kind === 'slate';
    this.element.dataset.kind = this.#kind;
    classList.toggle('speaking', label?.speaking ?? false);
    classList.toggle('speaker', label?.speaker ?? false);
    this.#showMuted(label?.muted ?? { audio: false, video: false });
    if (this.userId === undefined) this.#markAsStopped();
    this.#drawAvatar(name);
  }

  #markAsStopped(): void {
    const text = this.#words.pictureStopped;
    this.#caption.append(
      make('span', { class: 'mark stopped', children: [icon('camera-off'), make('span', { text })] }),
    );
  }

  #showMuted({ audio, video }: { audio: boolean; video: boolean }): void {
    this.element.classList.toggle('audio-muted', audio);
    this.element.classList.toggle('video-muted', video);
    for (const mark of this.#caption.querySelectorAll('.mark')) mark.remove();
    if (!audio) return;
    const mark = make('span', { class: 'mark', children: [icon('microphone-off')] });
    mark.append(make('span', { class: 'unseen', text: this.#words.muted }));
    this.#caption.prepend(mark);
  }

  #drawAvatar(name: string): void {
    this.#initials.textContent = initialsOf(name);
    this.#avatar.style.setProperty('--hue', String(hueOf(name)));
  }
}
