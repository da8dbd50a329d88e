import { randomUUID } from 'node:crypto';
import { WebstreamerError } from '../protocol/errors.ts';
import type { Answer, Offer, StreamRef, ViewChange } from '../protocol/media-ipc/view.ts';
import { assignSlots } from './boxes.ts';
import { problemOfAnswer, transportOf } from './page-answer.ts';
import { type MediaLine, mediaSections, type SlotLine, splitDescription, toPage } from './page-description.ts';
import { type SentStream, sentStreams } from './page-streams.ts';
import { PageLines } from './page-lines.ts';
import { type Agreement, answerTo, type OfferedLine, offeredLines, problemOfOffer } from './page-offer.ts';

interface Box {
  streamId: string;
  trackId: string;
  /** Whether the page has been told of it. */
  offered: boolean;
  /** Whether the page has answered that. */
  answered: boolean;
}

interface OutstandingOffer {
  /** The boxes that the page first hears of by this offer. */
  announced: Box[];
  /** What the page has been offered; empty while it is being made. */
  sdp: string;
}

const newBox = (): Box => ({ streamId: randomUUID(), trackId: randomUUID(), offered: false, answered: false });

/** What the page is told of one endpoint's media. */
export interface NegotiationOptions {
  /** The canonical name of all that is sent (RFC 3550, section 6.5.1). */
  cname: string;
  soundSsrc: number;
  /** The most that the page may send as one picture, in bit/s, unless `limitVideo` says otherwise. */
  maxVideoBitrateBps: number;
}

/**
 * What the page has been told and what it should be told next: the boxes of one page, one per slot. `main`, the box of slot 0, is
 * never removed, because the page plays the sound through it. A box's stream id is never used again: a page ignores a known one.
 */
export class Negotiation {
  readonly #main: Box = newBox();
  readonly #audioTrackId = randomUUID();
  readonly #options: NegotiationOptions;
  #boxes: (Box | null)[] = [this.#main];
  #shown: (StreamRef | null)[] = [];
  #serverOffer: string | null = null;
  readonly #lines = new PageLines();
  #sent: readonly SentStream[] = [];
  #agreement: Agreement | null = null;
  #outstanding: OutstandingOffer | null = null;
  #version = 1;
  #changed = true;
  #maxVideoBitrateBps: number;

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#maxVideoBitrateBps = options.maxVideoBitrateBps;
  }

  /**
   * What each slot shows; null = nothing, also where the page has not yet answered an offer with the slot's box: Chromium would take
   * the packets of an SSRC that it does not know for those of another m-line, and keep to that.
   */
  get shown(): readonly (StreamRef | null)[] {
    return this.#shown.map((ref, index) => (this.#boxes[index]?.answered ? ref : null));
  }

  /** What the page sends, by its latest description that was taken. */
  get sent(): readonly SentStream[] {
    return this.#sent;
  }

  /** webrtcbin's offer with the line of the data channels, or null before there is one. */
  get serverOffer(): string | null {
    return this.#serverOffer;
  }

  /**
   * States the most that the page may send as one picture, in bit/s, which it hears of by the next offer; null = as much as the server was
   * started with, which holds in any case: a host may state more than the operator wants to carry.
   */
  limitVideo(maxBitrateBps: number | null): void {
    const next = Math.min(maxBitrateBps ?? Infinity, this.#options.maxVideoBitrateBps);
    if (next === this.#maxVideoBitrateBps) return;
    this.#maxVideoBitrateBps = next;
    this.#changed = true;
  }

  /** Takes a new list of streams to show. */
  setStreams(wanted: readonly StreamRef[]): ViewChange {
    const removed: string[] = [];
    this.#shown = assignSlots(this.#shown, wanted);
    for (const [index, ref] of this.#shown.entries()) {
      const box = this.#boxes[index] ?? null;
      if (ref && !box) this.#boxes[index] = this.#newBox();
      if (!ref && box) this.#removeBox(index, box, removed);
    }
    const boxes = this.#shown.flatMap((shows, index) => {
      const box = this.#boxes[index];
      return shows && box ? [{ streamId: box.streamId, shows }] : [];
    });
    return { removed, renegotiate: this.#changed && this.#serverOffer !== null, boxes };
  }

  #newBox(): Box {
    this.#changed = true;
    return newBox();
  }

  #removeBox(index: number, box: Box, removed: string[]): void {
    this.#boxes[index] = null;
    if (box.offered) removed.push(box.streamId);
    // The page may make this box only after it was told to remove it: the next offer takes it away for certain.
    if (this.#outstanding?.announced.includes(box)) this.#changed = true;
  }

  /** The number of slots that the next offer needs. */
  get slotsNeeded(): number {
    return Math.max(1, this.#shown.findLastIndex((ref) => ref !== null) + 1);
  }

  /**
   * The next offer for the page, of an endpoint whose slots have these SSRCs; none is ever left out again. `createServerOffer` is
   * called the first time: webrtcbin takes part in no other offer. Throws `offer-outstanding`.
   */
  async offer(slots: readonly number[], createServerOffer: () => Promise<string>): Promise<Offer> {
    if (this.#outstanding) throw new WebstreamerError('offer-outstanding');
    const renegotiation = this.#serverOffer !== null;
    const announced = this.#boxes.filter((box) => box !== null).filter(({ answered }) => !answered);
    const outstanding: OutstandingOffer = { announced, sdp: '' };
    this.#outstanding = outstanding;
    this.#changed = false;
    for (const box of announced) box.offered = true;
    const boxes = [...this.#boxes];
    this.#serverOffer ??= await this.#firstOffer(createServerOffer);
    this.#lines.makeRoomFor(slots.length);
    outstanding.sdp = toPage(this.#serverOffer, this.#mediaLines(boxes, slots), ++this.#version);
    return { sdp: outstanding.sdp, renegotiation, streams: streamsOf(boxes) };
  }

  async #firstOffer(createServerOffer: () => Promise<string>): Promise<string> {
    try {
      return await createServerOffer();
    } catch (error) {
      this.#outstanding = null;
      this.#changed = true;
      throw error;
    }
  }

  #mediaLines(boxes: readonly (Box | null)[], slots: readonly number[]): MediaLine[] {
    const { cname, soundSsrc } = this.#options;
    const sound: MediaLine = {
      direction: 'sendrecv',
      streamId: this.#main.streamId,
      trackId: this.#audioTrackId,
      ssrc: soundSsrc,
      cname,
    };
    return [
      sound,
      ...this.#lines.describe(this.#maxVideoBitrateBps, (slot, receives) =>
        this.#slotLine(slots[slot] ?? 0, boxes[slot], receives),
      ),
    ];
  }

  #slotLine(ssrc: number, box: Box | null | undefined, receives: boolean): SlotLine {
    const source = { ssrc, cname: this.#options.cname, ...(receives && { maxBitrateBps: this.#maxVideoBitrateBps }) };
    if (!box) return { direction: receives ? 'recvonly' : 'inactive', ...source };
    const { streamId, trackId } = box;
    return { direction: receives ? 'sendrecv' : 'sendonly', streamId, trackId, ...source };
  }

  /**
   * Takes the page's answer: hands the first one to `acceptFirst`, for webrtcbin. Throws `no-offer`, or `bad-description` and leaves
   * the offer outstanding.
   */
  async answer(sdp: string, acceptFirst: (sdp: string) => Promise<void>): Promise<void> {
    const outstanding = this.#outstanding;
    if (!outstanding?.sdp) throw new WebstreamerError('no-offer');
    const problem = problemOfAnswer(sdp, outstanding.sdp);
    if (problem) throw new WebstreamerError('bad-description', `the answer cannot be used: ${problem}`);
    if (!this.#agreement) await acceptFirst(sdp);
    const { session, media } = splitDescription(sdp);
    this.#agreement = { ours: outstanding.sdp, transport: transportOf(media[0] ?? [], session) };
    this.#sent = sentStreams(sdp);
    for (const box of outstanding.announced) box.answered = true;
    this.#outstanding = null;
  }

  /**
   * Takes an offer that the page makes in the middle of a call, and answers it. While an offer of ours is outstanding the page has to
   * take its own back (RFC 8829, section 4.1.8.2): `null` then, and what it wanted to send on is in our next offer. Throws
   * `bad-description` and changes nothing.
   *
   * @param slots the SSRCs of the endpoint's slots
   */
  acceptOffer(sdp: string, slots: readonly number[]): Answer | null {
    const agreement = this.#agreement;
    if (!agreement || this.#serverOffer === null)
      throw new WebstreamerError('bad-description', 'an offer, where only an answer is taken');
    const problem = problemOfOffer(sdp, agreement);
    if (problem) throw new WebstreamerError('bad-description', `the offer cannot be used: ${problem}`);
    const offered = offeredLines(sdp, splitDescription(this.#serverOffer).media);
    if (this.#outstanding) {
      if (this.#lines.wish(offered, mediaSections(agreement.ours).length - 1)) this.#changed = true;
      return null;
    }
    this.#lines.adopt(offered);
    this.#sent = sentStreams(sdp);
    const boxes = this.#boxes.map((box) => (box?.answered ? box : null));
    const lines = this.#mediaLines(boxes, slots).map((line, index) => asAnswer(line, offered[index]));
    const answer = answerTo(sdp, toPage(this.#serverOffer, lines, ++this.#version), agreement.transport);
    this.#agreement = { ...agreement, ours: answer };
    return { sdp: answer, streams: streamsOf(boxes) };
  }

  /** Whether the page should get another offer. */
  get needed(): boolean {
    return this.#changed;
  }
}

function streamsOf(boxes: readonly (Box | null)[]): Offer['streams'] {
  const shown = boxes.flatMap((box) => box ?? []);
  return Object.fromEntries(
    shown.map(({ streamId }) => [streamId, { isAudio: false, isVideo: true, isScreen: false }]),
  );
}

/** The line as it answers what is offered: nothing is sent that would not be taken, and nothing awaited that would not be sent. */
function asAnswer(line: MediaLine, offered: OfferedLine | undefined): MediaLine {
  if (!offered || line.direction === 'refused') return line;
  const receives = offered.sends && (line.direction === 'sendrecv' || line.direction === 'recvonly');
  if ('mid' in line) return { ...line, direction: receives ? 'recvonly' : 'inactive' };
  if ('streamId' in line && offered.takes) return { ...line, direction: receives ? 'sendrecv' : 'sendonly' };
  const { ssrc, cname, maxBitrateBps } = line;
  const source = { ssrc, cname, ...(maxBitrateBps && { maxBitrateBps }) };
  return { ...source, direction: receives ? 'recvonly' : 'inactive' };
}
