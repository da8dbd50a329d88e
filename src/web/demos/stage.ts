/** The pictures of a call: one box per stream, in the order they came. Every text is set as text, never as HTML. */
export class Stage {
  readonly #container: HTMLElement;
  readonly #boxes = new Map<string, { element: HTMLElement; userId: string }>();

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** Shows one's own picture: silent, mirrored, marked "You". */
  showOwn(stream: MediaStream): void {
    const { element, video } = this.#addBox(stream.id, 'own', 'You', 'Your own picture');
    element.classList.add('own');
    video.muted = true;
    this.#play(element, video, stream);
  }

  /** Shows a stream of somebody else; does nothing when it is shown already. `name` is optional and may be anything. */
  showRemote(streamId: string, userId: string, stream: MediaStream, name: unknown): void {
    if (this.#boxes.has(streamId)) return;
    const caption = typeof name === 'string' ? name.trim() : '';
    const { element, video } = this.#addBox(streamId, userId, caption, caption || 'Picture of another participant');
    this.#play(element, video, stream);
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

  #addBox(streamId: string, userId: string, caption: string, label: string) {
    const element = document.createElement('div');
    element.className = 'media-container';
    element.id = streamId;
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    video.setAttribute('aria-label', label);
    element.append(video);
    if (caption) {
      const text = document.createElement('span');
      text.className = 'caption';
      text.textContent = caption;
      element.append(text);
    }
    this.#boxes.set(streamId, { element, userId });
    this.#container.append(element);
    return { element, video };
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
