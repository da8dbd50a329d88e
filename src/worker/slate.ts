import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstBinding, GstElement } from './gst/binding.ts';
import { OnDemandPipeline } from './on-demand-pipeline.ts';
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

/** The picture with the running clock, one per codec for the whole worker. It runs while somebody watches. */
export class SlatePicture {
  readonly stream: VideoStream;
  readonly #pipeline: OnDemandPipeline;

  constructor(gst: GstBinding, codec: VideoCodec, onError: (problem: string) => void) {
    const description = picture(VIDEO_FORMATS[codec].slateEncoder);
    this.#pipeline = new OnDemandPipeline(gst, `slate-${codec}`, description, onError);
    const frames = this.#pipeline.element('frames');
    const end = this.#pipeline.sinkPad(frames);
    this.stream = new VideoStream(gst, frames, codec, {
      askForKeyFrame: () => {
        end.requestKeyFrame();
      },
      onWatched: (watched) => {
        this.#pipeline.wantLater(watched);
      },
    });
  }

  /** Loads and prepares everything, so that the first viewer need not wait. */
  async warmUp(): Promise<void> {
    await this.#pipeline.want(true);
    if (!this.stream.watched) await this.#pipeline.want(false);
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
