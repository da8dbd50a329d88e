import { ApiError } from '../../../client/index.ts';
import { nextPicture, type PictureTile } from '../picture-order.ts';

/** At most so often a picture is asked for, however many tiles there are. */
const STEP_MS = 200;
/** How long nothing is asked for after the server has said that it is too much. */
const REST_MS = 10_000;

interface Tile extends PictureTile {
  image: HTMLImageElement;
  url: string | undefined;
}

/** Keeps small pictures up to date, those that can be seen, and only while the page can be. */
export class Pictures {
  readonly #load: (id: string) => Promise<Blob>;
  readonly #tiles = new Map<string, Tile>();
  readonly #observer: IntersectionObserver;
  readonly #timer: ReturnType<typeof setInterval>;
  #restUntilMs = 0;
  #closed = false;

  constructor(load: (id: string) => Promise<Blob>) {
    this.#load = load;
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries)
        for (const tile of this.#tiles.values()) if (tile.image === target) tile.visible = isIntersecting;
    });
    this.#timer = setInterval(() => {
      this.#step();
    }, STEP_MS);
  }

  /** Begins to fill an image, which is hidden while there is no picture. */
  add(id: string, image: HTMLImageElement): void {
    this.#tiles.set(id, { image, url: undefined, visible: false, loading: false, askedAtMs: -Infinity });
    // What is hidden has no place of its own; it is looked at where its tile is.
    this.#observer.observe(image);
  }

  /** Ceases to fill an image. */
  remove(id: string): void {
    const tile = this.#tiles.get(id);
    if (tile === undefined) return;
    this.#observer.unobserve(tile.image);
    this.#tiles.delete(id);
    this.#show(tile, undefined);
  }

  /** Ends everything. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const id of [...this.#tiles.keys()]) this.remove(id);
  }

  #step(): void {
    const nowMs = performance.now();
    if (document.visibilityState !== 'visible' || nowMs < this.#restUntilMs) return;
    const id = nextPicture(this.#tiles, nowMs);
    const tile = id === undefined ? undefined : this.#tiles.get(id);
    if (id !== undefined && tile !== undefined) void this.#refresh(id, tile);
  }

  async #refresh(id: string, tile: Tile): Promise<void> {
    tile.loading = true;
    tile.askedAtMs = performance.now();
    try {
      const picture = await this.#load(id);
      if (!this.#closed && this.#tiles.get(id) === tile) this.#show(tile, URL.createObjectURL(picture));
    } catch (error) {
      this.#show(tile, undefined);
      if (error instanceof ApiError && error.code === 'too-many-requests')
        this.#restUntilMs = performance.now() + REST_MS;
    }
    tile.loading = false;
  }

  #show(tile: Tile, url: string | undefined): void {
    const old = tile.url;
    tile.url = url;
    if (url === undefined) tile.image.removeAttribute('src');
    else tile.image.src = url;
    tile.image.classList.toggle('empty', url === undefined);
    if (old !== undefined) URL.revokeObjectURL(old);
  }
}
