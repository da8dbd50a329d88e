import type { BufferCounter } from './gst/binding.ts';

const MAX_PENDING_BYTES = 16_000_000;

/** Notices a page that sends a picture without end: what it takes to receive that would never be of use to anybody. */
export class PictureLimit {
  readonly #packets: BufferCounter;
  readonly #pictures: BufferCounter;
  #picturesSoFar = 0;
  #bytesBefore = 0;

  /** `packets` counts what comes, `pictures` what is made of it. */
  constructor(packets: BufferCounter, pictures: BufferCounter) {
    this.#packets = packets;
    this.#pictures = pictures;
  }

  /** Whether no picture has come out for longer than any picture is; to be asked about once a second. */
  exceeded(): boolean {
    const { bytes } = this.#packets.read();
    const { buffers } = this.#pictures.read();
    if (buffers !== this.#picturesSoFar) this.#bytesBefore = bytes;
    this.#picturesSoFar = buffers;
    return bytes - this.#bytesBefore > MAX_PENDING_BYTES;
  }
}
