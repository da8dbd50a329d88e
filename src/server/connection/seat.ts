import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../../common/logger.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { type MediaKinds, NEITHER } from '../../protocol/media-kinds.ts';
import type { IceCandidate, Offer, Published, View } from '../../protocol/media-ipc/view.ts';
import type { Reason } from '../../protocol/reasons.ts';
import { PageExtra } from '../../protocol/signalling/page-extra.ts';
import type { NewParticipationRequest } from '../../protocol/signalling/peer-message.ts';
import type { Endpoint } from '../media/media-engine.ts';
import type { PeopleOfRoom } from '../room/member.ts';
import type { ConnectionEvent } from './connection-state.ts';
import { MailboxTimer } from './mailbox-timer.ts';
import * as messages from './messages.ts';
import { type Goodbye, Negotiation, type NegotiationHost } from './negotiation.ts';

/** How long a seat waits, in milliseconds, and how often it invites. */
export interface SeatLimits {
  /** From the request to `readyForOffer`: the page may be asking for the camera. */
  readyTimeoutMs: number;
  /** From an offer to its answer. */
  offerTimeoutMs: number;
  /** From the first answer of an endpoint to media. */
  connectTimeoutMs: number;
  /** Media that have been up for this long have worked: what fails afterwards is counted anew. */
  steadyMs: number;
  /** Invitations in a row, the user's own request included, that may fail before the seat is freed. */
  maxInvitations: number;
}

/** See {@link SeatLimits}. */
export const DEFAULT_SEAT_LIMITS: SeatLimits = {
  readyTimeoutMs: 30_000,
  offerTimeoutMs: 10_000,
  connectTimeoutMs: 15_000,
  steadyMs: 10_000,
  maxInvitations: 3,
};

const MAX_UNANSWERED_OFFERS = 2;

/** The errors of an endpoint whose worker or room has ended: what follows comes from the room. */
const ENDED_WITH_ROOM: ReadonlySet<string> = new Set(['endpoint-closed', 'media-worker-died', 'media-room-closed']);

/** Reasons for which the page is not there any more to be told. */
const PAGE_IS_GONE: ReadonlySet<Reason> = new Set<Reason>(['left', 'disconnected']);

/** What a seat needs of its connection. */
export interface SeatHost {
  readonly limits: SeatLimits;
  readonly logger: Logger;
  createEndpoint(): Promise<Endpoint>;
  /** Queues a task in the connection's mailbox. */
  post(task: () => void | Promise<void>): void;
  /** Sends the user a message. */
  send(message: unknown): void;
  /** The link is up: deadlines for what the page should do make sense. */
  linkIsUp(): boolean;
  /** What the user should see and hear, and who the people in the room are. */
  view(): View;
  people(): PeopleOfRoom;
  moved(event: ConnectionEvent, reason: Reason | null): void;
  publishedChanged(): void;
  /** The user can be sent texts; `replaces` = they did not listen to the channel before. */
  channelOpened(replaces: boolean): void;
  /** A text out of the user's data channel. */
  heard(message: string): void;
  /** The seat has given up on its user. */
  free(reason: Reason): Promise<void>;
}

/** Who asked for the seat, and how. */
export interface SeatRequest {
  user: string;
  request: NewParticipationRequest;
  envelope: Record<string, unknown>;
}

/**
 * One user's stay: invites them, keeps them connected, and invites them again when their media end. The methods run in the
 * connection's mailbox.
 */
export class Seat {
  readonly user: string;
  readonly #host: SeatHost;
  readonly #description: Record<string, unknown>;
  readonly #request: NewParticipationRequest;
  #negotiation: Negotiation | null = null;
  #pageIsReady = false;
  /** The number of this invitation since the user came. */
  #invitation = 0;
  /** Invitations since media were up last for long enough. */
  #invitationsInRow = 0;
  /** Offers in a row that ran out of time. */
  #unanswered = 0;
  #ended = false;
  #extra: PageExtra;
  #selfMuted: MediaKinds = NEITHER;
  readonly #readyTimer: MailboxTimer;
  readonly #answerTimer: MailboxTimer;
  readonly #mediaTimer: MailboxTimer;
  readonly #steadyTimer: MailboxTimer;

  constructor({ user, request, envelope }: SeatRequest, host: SeatHost) {
    this.user = user;
    this.#host = host;
    const post: SeatHost['post'] = (task) => {
      host.post(task);
    };
    this.#readyTimer = new MailboxTimer(post);
    this.#answerTimer = new MailboxTimer(post);
    this.#mediaTimer = new MailboxTimer(post);
    this.#steadyTimer = new MailboxTimer(post);
    this.#request = request;
    this.#description = messages.connectionDescription(envelope);
    this.#extra = PageExtra.parse(envelope.extra);
  }

  /** What the page calls its user, or null. */
  get fullName(): string | null {
    return this.#extra.fullName ?? null;
  }

  /** What the user has muted at the page. */
  get selfMuted(): MediaKinds {
    return this.#selfMuted;
  }

  /** The page tells of its user, perhaps again; answers whether that is news. */
  setExtra(extra: unknown): boolean {
    const before = this.#extra;
    this.#extra = PageExtra.parse(extra);
    return !isDeepStrictEqual(before, this.#extra);
  }

  /** The user mutes or unmutes something at the page. */
  setSelfMuted(muted: Partial<MediaKinds>): void {
    this.#selfMuted = { ...this.#selfMuted, ...muted };
  }

  /** The endpoint that serves the user now, and what can be forwarded of it. */
  get publishing(): { endpoint: string; published: Published } | null {
    return this.#negotiation && { endpoint: this.#negotiation.endpoint.id, published: this.#negotiation.published };
  }

  /** Answers the user's request; the endpoint warms up while the page gets ready. */
  open(): void {
    this.#host.send(messages.enableMedia(this.#request, this.#description));
    this.#readyTimer.arm(this.#host.limits.readyTimeoutMs, () => this.#host.free('no-answer'));
    this.#invite();
  }

  /** The page said `readyForOffer`. */
  async pageIsReady(): Promise<void> {
    if (this.#pageIsReady) return;
    this.#pageIsReady = true;
    this.#readyTimer.disarm();
    if (Object.hasOwn(this.#description, 'password')) this.#host.send(messages.NEXT_POSSIBLE_INITIATOR);
    await this.#guard(() => this.#firstOffer());
  }

  /** The page's answer. Rejects with `no-offer` when none is due. */
  async answer(sdp: string, message: Record<string, unknown>): Promise<void> {
    const invitation = messages.invitationOf(message) ?? this.#invitation;
    const negotiation = this.#negotiation;
    if (negotiation?.outstanding !== true) throw new WebstreamerError('no-offer');
    if (invitation !== this.#invitation) throw new WebstreamerError('no-offer', 'it answers an earlier invitation');
    this.#answerTimer.disarm();
    await this.#guard(async () => {
      await negotiation.answer(sdp);
      this.#unanswered = 0;
      if (negotiation.connected) return;
      this.#mediaTimer.arm(this.#host.limits.connectTimeoutMs, () => this.#inviteAgain('ice-failed'));
    });
  }

  /** An offer of the page's own. Rejects with `bad-description`, also when there is no call in which it could be made. */
  async pageOffer(sdp: string, { renegotiatingPeer }: { renegotiatingPeer?: boolean | undefined }): Promise<void> {
    const negotiation = this.#negotiation;
    if (renegotiatingPeer !== true || negotiation?.offered !== true)
      throw new WebstreamerError('bad-description', 'an offer, where only answers are taken');
    await negotiation.pageOffer(sdp).catch((error: unknown) => {
      if (error instanceof WebstreamerError && error.code === 'bad-description') throw error;
      return this.#failed(error);
    });
  }

  /** The page says that a stream of its own is over. */
  async endStream(streamId: string): Promise<void> {
    await this.#negotiation?.endStream(streamId);
  }

  /** The page's candidate. Rejects with `no-offer` or `bad-candidate`. */
  async addCandidate(candidate: IceCandidate): Promise<void> {
    if (this.#negotiation?.offered !== true) throw new WebstreamerError('no-offer');
    await this.#negotiation.addCandidate(candidate);
  }

  /** Brings the page to the view of the moment. */
  async show(): Promise<void> {
    const negotiation = this.#negotiation;
    if (negotiation !== null) await this.#guard(() => negotiation.show(this.#host.view(), this.#host.people()));
  }

  /** A small JPEG of what the user's camera sees. Rejects with `no-picture`. */
  async picture(): Promise<Buffer> {
    if (this.#negotiation === null) throw new WebstreamerError('no-picture');
    return await this.#negotiation.endpoint.picture();
  }

  /** Sends texts through the data channel of the user, if there is one. */
  async sendTexts(texts: readonly string[]): Promise<boolean> {
    return (await this.#negotiation?.endpoint.sendTexts(texts)) ?? false;
  }

  /** The room has new media: an endpoint that ended with the old ones is replaced. */
  async mediaLost(): Promise<void> {
    if (this.#negotiation?.lost === true) await this.#inviteAgain('media-worker-died');
  }

  /** The link went down or came back: while it is down no page can answer in time. */
  linkChanged(): void {
    if (!this.#host.linkIsUp()) this.#answerTimer.disarm();
    else if (this.#negotiation?.outstanding === true) this.#expectAnswer();
  }

  /** Ends the stay: the page is told, if it is there, and the endpoint closed. `text` is for the user. */
  async end(reason: Reason, text?: string): Promise<void> {
    this.#ended = true;
    this.#readyTimer.disarm();
    await this.#dropNegotiation(PAGE_IS_GONE.has(reason) ? null : reason === 'replaced' ? {} : { reason, text });
  }

  #invite(): void {
    this.#invitationsInRow++;
    const invitation = ++this.#invitation;
    const current = () => !this.#ended && invitation === this.#invitation;
    this.#host.createEndpoint().then(
      (endpoint) => {
        // It listens from now on: an endpoint that ends while it waits in the mailbox must not go unnoticed.
        const negotiation = new Negotiation(endpoint, this.#negotiationHost(current));
        this.#host.post(() => (current() ? this.#negotiate(negotiation) : negotiation.close(null)));
      },
      (error: unknown) => {
        this.#host.post(() => (current() ? this.#failed(error) : undefined));
      },
    );
  }

  async #negotiate(negotiation: Negotiation): Promise<void> {
    this.#negotiation = negotiation;
    await this.#guard(() => this.#firstOffer());
  }

  async #firstOffer(): Promise<void> {
    const negotiation = this.#negotiation;
    if (negotiation === null) return;
    await negotiation.show(this.#host.view(), this.#host.people());
    if (!this.#pageIsReady || negotiation.offered) return;
    await negotiation.offer();
    this.#host.moved('offered', null);
  }

  async #inviteAgain(reason: Reason): Promise<void> {
    if (this.#invitationsInRow >= this.#host.limits.maxInvitations) {
      await this.#host.free(reason);
      return;
    }
    await this.#dropNegotiation({}).catch((error: unknown) => {
      this.#host.logger.error({ err: error }, 'the endpoint could not be closed');
    });
    this.#host.moved('invited', reason);
    this.#invite();
  }

  async #dropNegotiation(goodbye: Goodbye | null): Promise<void> {
    this.#answerTimer.disarm();
    this.#mediaTimer.disarm();
    this.#steadyTimer.disarm();
    const negotiation = this.#negotiation;
    this.#negotiation = null;
    await negotiation?.close(goodbye);
  }

  /** What a negotiation reports counts as long as its invitation is the latest. */
  #negotiationHost(current: () => boolean): NegotiationHost {
    return {
      send: (message) => {
        this.#host.send(message);
      },
      sendOffer: (offer) => {
        this.#sendOffer(offer);
      },
      sendAnswer: (answer) => {
        this.#host.send(messages.answer(answer, this.#description));
      },
      report: (event) => {
        this.#host.post(() => (current() ? this.#reported(event) : undefined));
      },
      publishedChanged: () => {
        this.#host.publishedChanged();
      },
      channelOpened: (replaces) => {
        this.#host.channelOpened(replaces);
      },
      heard: (message) => {
        this.#host.heard(message);
      },
      wantsNames: () => this.#extra.webstreamer?.boxes === true,
    };
  }

  #sendOffer(offer: Offer): void {
    this.#host.send(messages.offer(offer, this.#description, this.#invitation));
    if (this.#host.linkIsUp()) this.#expectAnswer();
  }

  #expectAnswer(): void {
    this.#answerTimer.arm(this.#host.limits.offerTimeoutMs, () => {
      this.#unanswered++;
      return this.#unanswered < MAX_UNANSWERED_OFFERS ? this.#inviteAgain('no-answer') : this.#host.free('no-answer');
    });
  }

  async #reported(event: 'connected' | 'failed' | 'stalled'): Promise<void> {
    if (event === 'connected') {
      this.#mediaTimer.disarm();
      this.#steadyTimer.arm(this.#host.limits.steadyMs, () => {
        this.#invitationsInRow = 0;
      });
      this.#host.moved('connected', null);
    } else {
      await this.#inviteAgain(event === 'failed' ? 'ice-failed' : 'uplink-lost');
    }
  }

  async #guard(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** An endpoint that ended with its room is left to `mediaLost()` or to the room's end; any other failure costs an invitation. */
  async #failed(error: unknown): Promise<void> {
    const code = error instanceof WebstreamerError ? error.code : 'internal';
    if (ENDED_WITH_ROOM.has(code)) return;
    this.#host.logger.warn({ user: this.user, code, err: error }, 'an invitation failed');
    await this.#inviteAgain(code === 'bad-description' ? 'bad-description' : 'failed');
  }
}
