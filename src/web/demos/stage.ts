import type { BoxLabel } from '../shared/server-words.ts';

/** Whose boxes are one's own. */
const OWN = 'own';
const OTHER = 'Picture of another participant';

interface Box {
  element: HTMLElement;
  userId: string;
  /** What the other end calls its user; may be empty. */
  name: string;
}

function setCaption(box: HTMLElement, caption: string): void {
  const text = box.querySelector('.caption') ?? document.createElement('span');
  text.className = 'caption';
  text.textContent = caption;
  if (caption) box.append(text);
  else text.remove();
}

/** The pictures of a call: one box per stream, in the order they came. Every text is set as text, never as HTML. */
export class Stage {
  readonly #container: HTMLElement;
  readonly #boxes = new Map<string, Box>();
  #labels: ReadonlyMap<string, BoxLabel> = new Map();

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** Shows one's own picture: silent, mirrored, marked "You". */
  showOwn(stream: MediaStream): void {
    const { box, video } = this.#addBox(stream.id, OWN, 'You', 'Your own picture');
    const { element } = box;
    element.classList.add('own');
    video.muted = true;
    this.#play(element, video, stream);
  }

  /**
   * Shows a stream of somebody else; does nothing when it is shown already. `name` = what a page at the other end says of its user; it
   * may be anything.
   */
  showRemote(streamId: string, userId: string, stream: MediaStream, name: unknown): void {
    if (this.#boxes.has(streamId)) return;
    const { box, video } = this.#addBox(streamId, userId, typeof name === 'string' ? name.trim() : '', OTHER);
    this.#showLabel(streamId, box);
    this.#play(box.element, video, stream);
  }

  /** States whom the boxes of others show, by stream id, also for boxes that are still to come. */
  label(labels: ReadonlyMap<string, BoxLabel>): void {
    this.#labels = labels;
    for (const [streamId, box] of this.#boxes) if (box.userId !== OWN) this.#showLabel(streamId, box);
  }

  #showLabel(streamId: string, { element, name }: Box): void {
    const label = this.#labels.get(streamId);
    const caption = label?.name ?? name;
    setCaption(element, caption);
    element.querySelector('video')?.setAttribute('aria-label', caption || OTHER);
    element.classList.toggle('audio-muted', label?.muted.audio ?? false);
    element.classList.toggle('video-muted', label?.muted.video ?? false);
    element.classList.toggle('speaking', label?.speaking ?? false);
    element.classList.toggle('speaker', label?.speaker ?? false);
  }

  /** Takes a stream away; does nothing when it is not shown. */
  remove(streamId: string): void {
    const box = this.#boxes.get(streamId);
    if (!box) return;
    this.#boxes.delete(streamId);
    const video = box.element.querySelector('video');
    if (video) video.srcObject = null;
    box.element.remove();
  }

  /** Takes away all that a user shows. */
  removeUser(userId: string): void {
    for (const [streamId, box] of this.#boxes) if (box.userId === userId) this.remove(streamId);
  }

  /** Takes everything away. */
  clear(): void {
    for (const streamId of this.#boxes.keys()) this.remove(streamId);
  }

  #addBox(streamId: string, userId: string, name: string, label: string) {
    const element = document.createElement('div');
    element.className = 'media-container';
    element.id = streamId;
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    video.setAttribute('aria-label', label);
    element.append(video);
    setCaption(element, name);
    const box: Box = { element, userId, name };
    this.#boxes.set(streamId, box);
    this.#container.append(element);
    return { box, video };
  }

  #play(box: HTMLElement, video: HTMLVideoElement, stream: MediaStream): void {
    video.srcObject = stream;
    video.play().catch((error: unknown) => {
      // Anything else than a refusal is the box being taken away while it starts.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#offerToPlay(box);
    });
  }

  #offerToPlay(box: HTMLElement): void {
    if (box.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'play';
    button.textContent = 'Play picture and sound';
    button.addEventListener('click', () => {
      this.#playAll();
    });
    box.append(button);
  }

  #playAll(): void {
    for (const { element } of this.#boxes.values()) {
      const video = element.querySelector('video');
      if (!video?.paused) continue;
      element.querySelector('button.play')?.remove();
      video.play().catch(() => {
        this.#offerToPlay(element);
      });
    }
  }
}
