import { SerialQueue } from '../common/serial-queue.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstBinding, GstElement, GstPad } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';
import { PCM_CAPS } from './rtp-caps.ts';
import { VIDEO_FORMATS } from './video-formats.ts';
import { VideoStream } from './video-stream.ts';

// Without the moving noise of the pattern `smpte`, which costs as much as all the rest.
const picture = (encoder: string) =>
  'videotestsrc is-live=true pattern=smpte75 ! video/x-raw,width=640,height=360,framerate=10/1' +
  ' ! clockoverlay halignment=center valignment=center shaded-background=true time-format="%H:%M:%S" font-desc="Sans Bold 48"' +
  ` ! ${encoder} ! appsink name=frames sync=false async=false`;
// A quiet tick each second says "you are connected" without being in anybody's way.
const TONE =
  'audiotestsrc is-live=true wave=ticks volume=0.05 freq=660 tick-interval=1000000000 sine-periods-per-tick=40 samplesperbuffer=960' +
  ` ! ${PCM_CAPS} ! appsink name=samples sync=false async=false`;

/**
 * A pipeline that works only while it is wanted. Its idle state is READY: a live source that was only paused would catch up on
 * all the frames it missed.
 */
class OnDemandPipeline {
  readonly #scope = new Scope();
  readonly #pipeline: GstElement;
  readonly #changes = new SerialQueue();
  readonly #onError: (problem: string) => void;
  #wanted = false;

  constructor(gst: GstBinding, name: string, description: string, onError: (problem: string) => void) {
    this.#onError = (problem) => {
      onError(`${name}: ${problem}`);
    };
    this.#pipeline = this.#scope.keep(gst.createPipeline(name, description));
    this.#pipeline.onMessage((message) => {
      if (message.type === 'error') this.#onError(message.gerror?.message ?? 'unknown');
    });
  }

  element(name: string): GstElement {
    const found = this.#pipeline.byName(name);
    if (!found) throw new Error(`the pipeline has no ${name}`);
    return this.#scope.keep(found);
  }

  sinkPad(appsink: GstElement): GstPad {
    return this.#scope.keep(appsink.staticPad('sink'));
  }

  /** As `want`, for callers who have nobody to tell that it failed. */
  wantLater(wanted: boolean): void {
    this.want(wanted).catch((error: unknown) => {
      this.#onError((error as Error).message);
    });
  }

  async want(wanted: boolean): Promise<void> {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    await this.#changes.run(() => this.#pipeline.setState(wanted ? 'playing' : 'ready'));
  }

  async close(): Promise<void> {
    await this.#changes.run(() => this.#scope.end(this.#pipeline));
  }
}

/** The picture with the running clock, one per codec for the whole worker. It runs while somebody watches. */
export class SlatePicture {
  readonly stream: VideoStream;
  readonly #pipeline: OnDemandPipeline;
  #viewers = 0;

  constructor(gst: GstBinding, codec: VideoCodec, onError: (problem: string) => void) {
    const description = picture(VIDEO_FORMATS[codec].slateEncoder);
    this.#pipeline = new OnDemandPipeline(gst, `slate-${codec}`, description, onError);
    const frames = this.#pipeline.element('frames');
    const end = this.#pipeline.sinkPad(frames);
    this.stream = new VideoStream(gst, frames, codec, () => {
      end.requestKeyFrame();
    });
  }

  /** Loads and prepares everything, so that the first viewer need not wait. */
  async warmUp(): Promise<void> {
    await this.#pipeline.want(true);
    if (this.#viewers === 0) await this.#pipeline.want(false);
  }

  /** A slot shows the slate from now on. */
  addViewer(): void {
    if (this.#viewers++ === 0) this.#pipeline.wantLater(true);
  }

  /** A slot shows something else from now on. */
  removeViewer(): void {
    if (--this.#viewers === 0) this.#pipeline.wantLater(false);
  }

  /** Ends the slate. */
  async close(): Promise<void> {
    this.stream.close();
    await this.#pipeline.close();
  }
}

/** The tone that goes with the slate, one for each room's mixer. */
export class SlateTone {
  readonly appsink: GstElement;
  readonly #pipeline: OnDemandPipeline;

  constructor(gst: GstBinding, onError: (problem: string) => void) {
    this.#pipeline = new OnDemandPipeline(gst, 'slate-tone', TONE, onError);
    this.appsink = this.#pipeline.element('samples');
  }

  /** Runs only while somebody hears it. */
  run(wanted: boolean): void {
    this.#pipeline.wantLater(wanted);
  }

  /** Ends the tone. */
  async close(): Promise<void> {
    await this.#pipeline.close();
  }
}
