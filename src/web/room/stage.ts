import { makeButton } from '../shared/element.ts';
import type { BoxesWord, BoxLabel } from '../shared/server-words.ts';
import { Box } from './box.ts';
import { arrange } from './tiling.ts';
import type { Words } from './words.ts';

/** From so many others on one's own picture is a box like theirs; before that it lies small in a corner. */
const OWN_BESIDE_FROM = 4;
const NARROW = 600;

const NOTHING_SAID: Omit<BoxesWord, 'kind'> = { labels: new Map(), kinds: new Map(), stopped: [], own: undefined };

/** What the stage tells the page. */
export interface StageListener {
  onCame(name: string): void;
  onWent(name: string): void;
  /** Whom the boxes show has changed, or how; `stopped` = those whose picture the operator has stopped. */
  onPeople(seen: readonly BoxLabel[], stopped: readonly BoxLabel[]): void;
}

/** The pictures of a call. The element is as large as the page makes it; the boxes are laid out in it. */
export class Stage {
  readonly #element: HTMLElement;
  readonly #words: Words;
  readonly #listener: StageListener;
  readonly #boxes = new Map<string, Box>();
  readonly #own: Box;
  readonly #play: HTMLButtonElement;
  #word: Omit<BoxesWord, 'kind'> = NOTHING_SAID;
  #present = new Map<string, string>();
  #pinned: string | undefined;
  #planned = false;

  constructor(element: HTMLElement, words: Words, listener: StageListener) {
    this.#element = element;
    this.#words = words;
    this.#listener = listener;
    this.#own = new Box('own-picture', '', words, { onPin: () => undefined, onShape: () => undefined });
    this.#own.markAsOwn('');
    this.#play = makeButton({ class: 'primary play', text: words.play, attributes: { hidden: '' } }, () => {
      this.#playAll();
    });
    element.append(this.#own.element, this.#play);
    new ResizeObserver(() => {
      this.#arrange();
    }).observe(element);
  }

  /** Shows one's own picture; undefined = one is not to be seen. */
  showOwn(stream: MediaStream | undefined, name: string, muted: { audio: boolean; video: boolean }): void {
    this.#own.element.hidden = stream === undefined;
    this.#own.showOwn(name, muted);
    if (stream && this.#own.video.srcObject !== stream) this.#own.play(stream, () => undefined);
    this.#plan();
  }

  /** Shows a stream of somebody else; does nothing when it is shown already. */
  show(streamId: string, userId: string, stream: MediaStream): void {
    if (this.#boxes.has(streamId)) return;
    const box = this.#add(streamId, userId);
    this.#describe(streamId, box);
    box.play(stream, () => {
      this.#play.hidden = false;
    });
    this.#plan();
  }

  /** States what the boxes show, also those that are still to come. */
  label(word: BoxesWord): void {
    this.#word = word;
    for (const [streamId, box] of this.#boxes) if (box.userId !== undefined) this.#describe(streamId, box);
    this.#standIn(word.stopped);
    this.#own.element.classList.toggle('speaking', word.own?.speaking ?? false);
    this.#own.element.classList.toggle('speaker', word.own?.speaker ?? false);
    this.#tell();
    this.#plan();
  }

  /** Takes a stream away; does nothing when it is not shown. */
  remove(streamId: string): void {
    const box = this.#boxes.get(streamId);
    if (!box) return;
    this.#boxes.delete(streamId);
    box.remove();
    if (this.#pinned === streamId) this.#pinned = undefined;
    this.#plan();
  }

  /** Takes away all that a user shows. */
  removeUser(userId: string): void {
    for (const [streamId, box] of this.#boxes) if (box.userId === userId) this.remove(streamId);
    // Who is hidden is said by the same one who sends the pictures.
    if (![...this.#boxes.values()].some((box) => box.userId !== undefined)) this.#standIn([]);
  }

  /** Takes everything of others away, and what was said of it. */
  clear(): void {
    for (const streamId of this.#boxes.keys()) this.remove(streamId);
    this.#word = NOTHING_SAID;
    this.#present.clear();
    this.#play.hidden = true;
  }

  /** A box without a picture for each of these, and for nobody else. */
  #standIn(people: readonly BoxLabel[]): void {
    const wanted = new Map<string, BoxLabel>(people.map((label) => [`stopped-${label.connection}`, label]));
    for (const [id, box] of this.#boxes) if (box.userId === undefined && !wanted.has(id)) this.remove(id);
    for (const [id, label] of wanted) (this.#boxes.get(id) ?? this.#add(id, undefined)).describe('camera', label);
  }

  #add(id: string, userId: string | undefined): Box {
    const box = new Box(id, userId, this.#words, {
      onPin: () => {
        this.#pin(id);
      },
      onShape: () => {
        this.#plan();
      },
    });
    this.#boxes.set(id, box);
    this.#element.insertBefore(box.element, this.#own.element);
    return box;
  }

  #describe(streamId: string, box: Box): void {
    box.describe(this.#word.kinds.get(streamId) ?? 'unknown', this.#word.labels.get(streamId));
  }

  /** Who has come and who has gone, as far as pictures say so; those who are there at the beginning have not come. */
  #tell(): void {
    const { labels, stopped } = this.#word;
    const people = new Map([...labels.values(), ...stopped].map((label) => [label.connection, label] as const));
    const before = this.#present;
    this.#present = new Map([...people].map(([connection, { name }]) => [connection, name]));
    for (const [connection, { name }] of people) if (!before.has(connection)) this.#listener.onCame(name);
    for (const [connection, name] of before) if (!people.has(connection)) this.#listener.onWent(name);
    const hidden = new Set(stopped.map(({ connection }) => connection));
    this.#listener.onPeople(
      [...people.values()].filter(({ connection }) => !hidden.has(connection)),
      stopped,
    );
  }

  #pin(streamId: string): void {
    this.#pinned = this.#pinned === streamId ? undefined : streamId;
    for (const [id, box] of this.#boxes) box.pinned = id === this.#pinned;
    this.#plan();
  }

  #playAll(): void {
    this.#play.hidden = true;
    for (const { video } of this.#boxes.values())
      if (video.srcObject && video.paused)
        video.play().catch(() => {
          this.#play.hidden = false;
        });
  }

  /** Lays out once for all that changes in one go. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#arrange();
    });
  }

  #arrange(): void {
    this.#planned = false;
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0 || height === 0) return;
    const shown = [...this.#boxes].filter(([, box]) => box.kind !== 'slate');
    for (const box of this.#boxes.values()) box.element.classList.toggle('empty', box.kind === 'slate');
    const isLarge = ([streamId, box]: [string, Box]) =>
      this.#pinned === undefined ? box.kind === 'screen' : streamId === this.#pinned;
    const large = shown.map(isLarge);
    const alone = shown.length === 0;
    const inGrid = shown.some(([, box]) => box.kind === 'grid');
    this.#own.element.classList.toggle('elsewhere', inGrid);
    const ownBeside =
      !inGrid && !this.#own.element.hidden && (alone || shown.length >= OWN_BESIDE_FROM || large.some(Boolean));
    this.#element.classList.toggle('alone', alone);
    const elements = shown.map(([, box]) => box.element);
    if (ownBeside) {
      elements.push(this.#own.element);
      large.push(false);
    }
    const places = arrange(large, width, height, width < NARROW ? 6 : 12);
    for (const [index, element] of elements.entries()) {
      const { left = 0, top = 0, width: w = 0, height: h = 0 } = places[index] ?? {};
      Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${w}px`, height: `${h}px` });
      element.classList.toggle('tiny', w < 200);
    }
    this.#own.element.classList.toggle('corner', !ownBeside);
    if (!ownBeside) this.#own.element.removeAttribute('style');
  }
}
