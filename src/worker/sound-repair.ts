import type { GstElement } from './gst/binding.ts';

const LOST_A_SECOND = 1;

/**
 * Lets an `opusdec` fill gaps with what the next packet repeats (Opus in-band FEC), once packets get lost. Not before: it costs
 * everybody who listens the time of a packet.
 */
export class SoundRepair {
  readonly #decoder: GstElement;
  #gaps = 0;
  #repairs = false;

  constructor(decoder: GstElement) {
    this.#decoder = decoder;
  }

  /** Looks for new gaps; to be called about once a second. */
  watch(): void {
    if (this.#repairs) return;
    const gaps = (this.#decoder.get('stats') as { 'num-gap'?: number } | null)?.['num-gap'] ?? 0;
    this.#repairs = gaps - this.#gaps > LOST_A_SECOND;
    this.#gaps = gaps;
    if (this.#repairs) this.#decoder.set('use-inband-fec', true);
  }
}
