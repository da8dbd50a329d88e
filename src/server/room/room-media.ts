import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { EndpointFigures } from '../../protocol/media-ipc/figures.ts';
import type { GridTiles } from '../../protocol/media-ipc/grid.ts';
import type { VideoCodec } from '../../protocol/video-codec.ts';
import type { Endpoint, MediaEngine, MediaRoom } from '../media/media-engine.ts';

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** What a media room says that is not there any more. */
const ENDED: ReadonlySet<string> = new Set(['media-worker-died', 'media-room-closed']);

/** What a room's media are made of; `firstRetryMs` = the pause before media that cannot be had are asked for again, doubled each time. */
export interface RoomMediaOptions {
  name: string;
  codec: VideoCodec;
  engine: MediaEngine;
  logger: Logger;
  firstRetryMs?: number;
}

/** A media room that outlives its worker: when that dies, another one takes its place as soon as the engine can give it. */
export class RoomMedia {
  /** `rebuilt`: new media have taken the place of dead ones; the endpoints of the dead ones are gone. `levels`: as the media say. */
  readonly events = new TypedEmitter<{ rebuilt: []; levels: [levels: ReadonlyMap<string, number>] }>();
  readonly #options: RoomMediaOptions;
  readonly #ending = new AbortController();
  readonly #ended: Promise<never>;
  #current: MediaRoom | null = null;
  /** What the grid should show, and what the current media have been told. */
  #grid: GridTiles | null = null;
  #toldGrid: GridTiles | null = null;
  #rebuilding: Promise<MediaRoom> | null = null;
  #closed: Promise<void> | null = null;

  private constructor(options: RoomMediaOptions, media: MediaRoom) {
    this.#options = options;
    this.#ended = new Promise((_, reject) => {
      this.#ending.signal.addEventListener('abort', () => {
        reject(new WebstreamerError('media-room-closed'));
      });
    });
    this.#ended.catch(() => undefined);
    this.#adopt(media);
  }

  /** Media that are ready; rejects as the engine does when there are none to be had. */
  static async open(options: RoomMediaOptions): Promise<RoomMedia> {
    return new RoomMedia(options, await options.engine.createRoom(options.name, { codec: options.codec }));
  }

  /** An endpoint in the media; waits while these are being built anew, and rejects with `media-room-closed` after `close()`. */
  async createEndpoint(connection?: string): Promise<Endpoint> {
    for (;;) {
      const media = await this.#available();
      try {
        return await media.createEndpoint(connection);
      } catch (error) {
        if (!(error instanceof WebstreamerError) || !ENDED.has(error.code)) throw error;
        this.#died(media);
      }
    }
  }

  /** What has gone either way at each endpoint, by its id; none while there are no media. */
  async figures(): Promise<ReadonlyMap<string, EndpointFigures>> {
    try {
      return (await this.#current?.figures()) ?? new Map();
    } catch (error) {
      if (error instanceof WebstreamerError && ENDED.has(error.code)) return new Map();
      throw error;
    }
  }

  /** States the tiles of the grid, for these media and those that take their place. */
  setGrid(tiles: GridTiles): void {
    this.#grid = tiles;
    this.#tellGrid();
  }

  #tellGrid(): void {
    const [media, tiles] = [this.#current, this.#grid];
    if (!media || !tiles || this.#closed !== null || isDeepStrictEqual(tiles, this.#toldGrid)) return;
    this.#toldGrid = tiles;
    media.setGrid(tiles).catch((error: unknown) => {
      if (this.#current !== media) return;
      this.#toldGrid = null;
      this.#options.logger.warn({ err: error }, 'the grid cannot be shown as it should be');
    });
  }

  /** Ends the media, also those that are being built. The same promise on each call. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    this.events.removeAll();
    await this.#current?.close();
  }

  async #available(): Promise<MediaRoom> {
    if (this.#closed !== null) throw new WebstreamerError('media-room-closed');
    return this.#current ?? Promise.race([this.#rebuilding ?? this.#ended, this.#ended]);
  }

  #adopt(media: MediaRoom): MediaRoom {
    this.#current = media;
    this.#rebuilding = null;
    this.#toldGrid = null;
    this.#tellGrid();
    media.events.on('died', () => {
      this.#died(media);
    });
    media.events.on('levels', (levels) => {
      this.events.emit('levels', levels);
    });
    return media;
  }

  #died(media: MediaRoom): void {
    if (this.#current !== media || this.#closed !== null) return;
    this.#options.logger.warn({}, 'the media of the room are lost; building them anew');
    this.#current = null;
    this.#rebuilding = this.#rebuild();
    this.#rebuilding.then(
      () => {
        this.#options.logger.info({}, 'the room has media again');
        this.events.emit('rebuilt');
      },
      () => undefined, // only close() ends the attempts
    );
  }

  async #rebuild(): Promise<MediaRoom> {
    const { name, codec, engine, logger, firstRetryMs = FIRST_RETRY_MS } = this.#options;
    for (let pauseMs = firstRetryMs; ; pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)) {
      const media = await engine.createRoom(name, { codec }).catch((error: unknown) => {
        logger.warn({ err: error, pauseMs }, 'there are no media for the room yet');
        return null;
      });
      if (media !== null && !this.#ending.signal.aborted) return this.#adopt(media);
      await media?.close();
      await wait(pauseMs, undefined, { signal: this.#ending.signal });
    }
  }
}
