const FLOOR_DB = -60;

/** How loud samples of −1 to 1 are, from 0 (silence) to 1 (as loud as can be). */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
}

/** Shows the level of a microphone. */
export class LevelMeter {
  readonly #meter: HTMLMeterElement;
  #context: AudioContext | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #frame = 0;

  constructor(meter: HTMLMeterElement) {
    this.#meter = meter;
  }

  /** Shows the level of this track from now on, or nothing. */
  show(track: MediaStreamTrack | undefined): void {
    cancelAnimationFrame(this.#frame);
    this.#source?.disconnect();
    this.#source = undefined;
    this.#meter.value = 0;
    if (!track) {
      void this.#context?.close();
      this.#context = undefined;
      return;
    }
    this.#context ??= new AudioContext();
    const analyser = this.#context.createAnalyser();
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      this.#meter.value = track.enabled ? levelOf(samples) : 0;
      this.#frame = requestAnimationFrame(look);
    };
    look();
  }
}
