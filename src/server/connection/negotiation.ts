import { isDeepStrictEqual } from 'node:util';
import { runAll } from '../../common/run-all.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { Answer, IceCandidate, Offer, Published, View } from '../../protocol/media-ipc/view.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Endpoint } from '../media/media-engine.ts';
import type { PeopleOfRoom } from '../room/member.ts';
import { BoxLabels, type ShownBox } from './box-labels.ts';
import * as messages from './messages.ts';
import { NewBoxes } from './new-boxes.ts';

/** What a negotiation needs of the seat it works for. Its methods are called at any time. */
export interface NegotiationHost {
  /** Sends an offer; the seat knows the rest of the message. */
  sendOffer(offer: Offer): void;
  /** Sends the answer to an offer of the page. */
  sendAnswer(answer: Answer): void;
  /** Sends any other message. */
  send(message: unknown): void;
  /** The media are up, have failed, or have stopped coming. */
  report(event: 'connected' | 'failed' | 'stalled'): void;
  /** What can be forwarded of the page has changed. */
  publishedChanged(): void;
  /** The page can be sent texts; `replaces` = it did not listen to the channel before. */
  channelOpened(replaces: boolean): void;
  /** A text out of the page's data channel. */
  heard(message: string): void;
  /** Whether the page has asked to be told whom its boxes show. */
  wantsNames(): boolean;
}

/** What a page is told when its call ends: `reason` when it is for good, and then a `text` for its user. */
export interface Goodbye {
  reason?: Reason;
  text?: string | undefined;
}

const NOTHING: Published = { audio: false, video: false, screen: false };

/**
 * Offers, answers and candidates of one endpoint with one page: one offer at a time, and another one behind it when the view has
 * changed meanwhile. The methods are called one after another, out of the connection's mailbox.
 */
export class Negotiation {
  readonly endpoint: Endpoint;
  readonly #host: NegotiationHost;
  readonly #listeners: (() => void)[];
  /** Our candidates wait here until the page has the offer: without it, it drops them. */
  #heldCandidates: IceCandidate[] | null = [];
  #shown = new Set<string>();
  /** Of those, the boxes that the page has made. */
  readonly #known = new Set<string>();
  readonly #newBoxes: NewBoxes;
  readonly #labels: BoxLabels;
  #boxes: readonly ShownBox[] = [];
  #people: PeopleOfRoom = { labels: new Map(), stopped: [] };
  #view: View | null = null;
  #outstanding = false;
  #offerAgain = false;
  #connected = false;
  #lost = false;
  #published: Published = NOTHING;

  constructor(endpoint: Endpoint, host: NegotiationHost) {
    this.endpoint = endpoint;
    this.#host = host;
    this.#newBoxes = new NewBoxes((message) => {
      host.send(message);
    });
    this.#labels = new BoxLabels({
      ofBox: (streamId, message) => {
        this.#newBoxes.say(streamId, message);
      },
      ofAll: (message) => {
        host.send(message);
      },
    });
    this.#listeners = this.#listen();
  }

  /** Whether the page has been sent an offer. */
  get offered(): boolean {
    return this.#heldCandidates === null;
  }

  /** Whether an offer waits for its answer. */
  get outstanding(): boolean {
    return this.#outstanding;
  }

  /** Whether media have been up. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Whether the endpoint has ended without being asked to. */
  get lost(): boolean {
    return this.#lost;
  }

  /** What can be forwarded of the page. */
  get published(): Published {
    return this.#published;
  }

  /**
   * Shows a view and who its people are: boxes that go leave the page at once, boxes that come need an offer, made here as soon as
   * one may be made.
   */
  async show(view: View, people: PeopleOfRoom): Promise<void> {
    this.#people = people;
    if (!isDeepStrictEqual(view, this.#view)) await this.#showView(view);
    this.#tellLabels();
  }

  async #showView(view: View): Promise<void> {
    const { removed, renegotiate, boxes } = await this.endpoint.setView(view);
    this.#view = view;
    this.#boxes = boxes;
    for (const streamId of removed) this.#removeBox(streamId);
    if (!renegotiate || !this.offered) return;
    if (this.#outstanding) this.#offerAgain = true;
    else await this.offer();
  }

  /** Sends an offer of the view as it is now, and behind the first one the candidates that waited for it. */
  async offer(): Promise<void> {
    const offer = await this.endpoint.createOffer();
    this.#outstanding = true;
    this.#offerAgain = false;
    this.#shown = new Set(Object.keys(offer.streams));
    this.#newBoxes.offered([...this.#shown].filter((streamId) => !this.#known.has(streamId)));
    this.#host.sendOffer(offer);
    const held = this.#heldCandidates ?? [];
    this.#heldCandidates = null;
    for (const candidate of held) this.#sendCandidate(candidate);
  }

  /** Takes the page's answer, and offers again if the view has changed meanwhile. Rejects with `no-offer` or `bad-description`. */
  async answer(sdp: string): Promise<void> {
    if (!this.#outstanding) throw new WebstreamerError('no-offer');
    const { renegotiate } = await this.endpoint.acceptAnswer(sdp);
    this.#outstanding = false;
    for (const streamId of this.#shown) this.#known.add(streamId);
    this.#newBoxes.answered();
    this.#tellLabels();
    if (renegotiate || this.#offerAgain) await this.offer();
  }

  /**
   * Takes an offer of the page's own and answers it. One that meets an offer of ours is not answered: the page takes it back, answers
   * ours, and is offered what it wanted to send. Rejects with `bad-description`, and nothing has changed then.
   */
  async pageOffer(sdp: string): Promise<void> {
    const { answer, renegotiate } = await this.endpoint.acceptOffer(sdp);
    if (answer !== null) this.#host.sendAnswer(answer);
    if (!renegotiate) return;
    if (this.#outstanding) this.#offerAgain = true;
    else await this.offer();
  }

  /** Takes note that a stream of the page is over. */
  async endStream(streamId: string): Promise<void> {
    await this.endpoint.endStream(streamId);
  }

  /** Takes the page's candidate. Rejects with `bad-candidate`. */
  async addCandidate(candidate: IceCandidate): Promise<void> {
    if (candidate.candidate === '') return; // the end of the page's candidates; it need not be known
    await this.endpoint.addCandidate(candidate);
  }

  #tellLabels(): void {
    if (this.#known.size === 0) return;
    const source = { ...this.#people, own: this.endpoint.id, wantsNames: this.#host.wantsNames() };
    this.#labels.update(this.#boxes, this.#known, source);
  }

  /** Ends the endpoint; with a goodbye the page is told to drop each box and the call, for it frees neither by itself. */
  close(goodbye: Goodbye | null): Promise<void> {
    return runAll([
      () => {
        for (const stop of this.#listeners) stop();
        this.#newBoxes.close();
        this.#publishes(NOTHING); // so that it leaves the others' pages before the endpoint goes
        if (goodbye && this.offered) this.#say(goodbye);
      },
      () => this.endpoint.close(),
    ]);
  }

  #say({ reason, text }: Goodbye): void {
    for (const streamId of this.#shown) this.#removeBox(streamId);
    this.#host.send(messages.userLeft(reason, text));
  }

  #removeBox(streamId: string): void {
    this.#shown.delete(streamId);
    this.#known.delete(streamId);
    this.#newBoxes.say(streamId, messages.streamRemoved(streamId));
  }

  #sendCandidate(candidate: IceCandidate): void {
    this.#host.send(messages.candidate(candidate));
  }

  #listen(): (() => void)[] {
    const { events } = this.endpoint;
    return [
      events.on('candidate', (candidate) => {
        if (this.#heldCandidates === null) this.#sendCandidate(candidate);
        else this.#heldCandidates.push(candidate);
      }),
      events.on('connected', () => {
        this.#connected = true;
        this.#host.report('connected');
      }),
      events.on('failed', () => {
        this.#host.report('failed');
      }),
      events.on('stalled', () => {
        this.#host.report('stalled');
      }),
      events.on('published', (published) => {
        this.#publishes(published);
      }),
      events.on('channel', (replaces) => {
        this.#host.channelOpened(replaces);
      }),
      events.on('text', (message) => {
        this.#host.heard(message);
      }),
      events.on('closed', () => {
        this.#lost = true;
        this.#publishes(NOTHING);
      }),
    ];
  }

  #publishes(published: Published): void {
    this.#published = published;
    this.#host.publishedChanged();
  }
}
