import type { Published } from '../protocol/media-ipc/view.ts';
import type { SentStream } from './page-streams.ts';
import type { VideoStream } from './video-stream.ts';

/** A picture that stands still for so long is asked for a key frame, which an encoder makes of what it has … */
const STILL_MS = 3_000;
/** … and one from which nothing comes all the same is not shown any longer. */
const SILENT_MS = 8_000;
/** The m-line of `main`, on which a page that joins with a camera sends it. */
const MAIN_LINE = 1;

interface Uplink {
  ssrc: number;
  /** Whether the page has said that it sends it; what it has never spoken of is believed as it comes. */
  announced: boolean;
}
interface Picture extends Uplink {
  stream: VideoStream;
  /** Null before the first frame. */
  kind: 'camera' | 'screen' | null;
  silent: boolean;
}
interface Sound extends Uplink {
  mixerInput: number;
}

/** What is published of a page at a moment. */
export interface Uploads {
  camera: VideoStream | null;
  screen: VideoStream | null;
  /** The mixer's inputs with its sound. */
  sounds: readonly number[];
}

/** Whether the same is published. */
export function isSame(one: Uploads, other: Uploads): boolean {
  return (
    one.camera === other.camera &&
    one.screen === other.screen &&
    one.sounds.length === other.sounds.length &&
    one.sounds.every((sound, index) => sound === other.sounds[index])
  );
}

/** What is published of a page that sends nothing. */
export const NO_UPLOADS: Uploads = { camera: null, screen: null, sounds: [] };

/**
 * What arrives from one page. Pages do not say which of their pictures is a screen (3.7.1 calls none one), so a second picture beside
 * the camera is one, whichever m-line it comes on.
 */
export class Uplinks {
  readonly #forget: (mixerInput: number) => void;
  #sent: readonly SentStream[] = [];
  /** The sources of `#sent` that the page has declared to be over. */
  #ended = new Set<number>();
  #pictures: Picture[] = [];
  #sounds: Sound[] = [];

  /** `forget` is told of a mixer's input that is of no more use. */
  constructor(forget: (mixerInput: number) => void) {
    this.#forget = forget;
  }

  /** Takes what the page says that it sends, by its latest description; what it has said before does not hold any longer. */
  describe(sent: readonly SentStream[]): void {
    const ssrcs = new Set(sent.flatMap((stream) => stream.ssrcs));
    this.#ended = new Set([...this.#ended].filter((ssrc) => ssrcs.has(ssrc)));
    this.#sent = sent;
    for (const uplink of [...this.#pictures, ...this.#sounds]) uplink.announced ||= ssrcs.has(uplink.ssrc);
  }

  /** The page says that a stream of its own is over, by the stream's id. */
  end(streamId: string): void {
    for (const stream of this.#sent)
      if (stream.streamId === streamId) for (const ssrc of stream.ssrcs) this.#ended.add(ssrc);
  }

  /** A picture begins to arrive; `started()` is to be called with its first frame. */
  addPicture(ssrc: number, stream: VideoStream): void {
    const old = this.#pictures.find((picture) => picture.ssrc === ssrc);
    old?.stream.close();
    const picture = { ssrc, stream, announced: this.#lineOf(ssrc) !== null, kind: null, silent: false };
    this.#pictures = [...this.#pictures.filter((other) => other !== old), picture];
  }

  /** The first frame of a picture has come. */
  started(stream: VideoStream): void {
    const picture = this.#pictures.find((other) => other.stream === stream);
    if (picture) picture.kind = this.#kindOf(picture);
  }

  #kindOf(picture: Picture): 'camera' | 'screen' {
    if (this.#lineOf(picture.ssrc) === MAIN_LINE) return 'camera';
    const mainIsUsed = this.#sent.some(
      ({ line, ssrcs }) => line === MAIN_LINE && !ssrcs.some((ssrc) => this.#ended.has(ssrc)),
    );
    return mainIsUsed || this.#latest('camera') !== null ? 'screen' : 'camera';
  }

  /** Sound begins to arrive at an input of the mixer. */
  addSound(ssrc: number, mixerInput: number): void {
    const old = this.#sounds.find((sound) => sound.ssrc === ssrc);
    if (old) this.#forget(old.mixerInput);
    const sound = { ssrc, mixerInput, announced: this.#lineOf(ssrc) !== null };
    this.#sounds = [...this.#sounds.filter((other) => other !== old), sound];
  }

  /** Looks for pictures that stand still; to be called about once a second. */
  watch(): void {
    for (const picture of this.#pictures) {
      if (picture.kind === null || !this.#isSent(picture)) continue;
      const { idleMs } = picture.stream;
      picture.silent = idleMs > SILENT_MS;
      if (idleMs > STILL_MS) picture.stream.requestKeyFrame('repair');
    }
  }

  /** What can be shown and heard now. */
  get uploads(): Uploads {
    return {
      camera: this.#latest('camera'),
      screen: this.#latest('screen'),
      sounds: this.#sounds.filter((sound) => this.#isSent(sound)).map(({ mixerInput }) => mixerInput),
    };
  }

  /** The same, for the server. */
  get published(): Published {
    const { camera, screen, sounds } = this.uploads;
    return { audio: sounds.length > 0, video: camera !== null, screen: screen !== null };
  }

  #latest(kind: 'camera' | 'screen'): VideoStream | null {
    const live = this.#pictures.filter((picture) => picture.kind === kind && !picture.silent && this.#isSent(picture));
    return live.at(-1)?.stream ?? null;
  }

  #isSent({ ssrc, announced }: Uplink): boolean {
    return !this.#ended.has(ssrc) && (!announced || this.#lineOf(ssrc) !== null);
  }

  #lineOf(ssrc: number): number | null {
    return this.#sent.find(({ ssrcs }) => ssrcs.includes(ssrc))?.line ?? null;
  }

  /** Ends all of it. */
  close(): void {
    for (const { stream } of this.#pictures) stream.close();
    for (const { mixerInput } of this.#sounds) this.#forget(mixerInput);
    this.#pictures = [];
    this.#sounds = [];
  }
}
