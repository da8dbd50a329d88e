import type { Logger } from '../../common/logger.ts';
import { runAll } from '../../common/run-all.ts';
import { SerialQueue } from '../../common/serial-queue.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { type ErrorCode, WebstreamerError } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/http-api/access.ts';
import type { ChangeConnection, ConnectionResource, ConnectionState } from '../../protocol/http-api/room.ts';
import { type MediaKinds, NEITHER } from '../../protocol/media-kinds.ts';
import { SLATE, type View } from '../../protocol/media-ipc/view.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Labels, Member } from '../room/member.ts';
import { type Admission, ADMITTED, type Admitted } from './admission.ts';
import type { ConnectionRoom } from './connection-room.ts';
import { next, type ConnectionEvent } from './connection-state.ts';
import * as messages from './messages.ts';
import { Outbox } from './outbox.ts';
import { type PageMessageHandlers, handleWith } from './page-message.ts';
import type { PeerLink, PeerMessageReceived } from './peer-link.ts';
import { DEFAULT_SEAT_LIMITS, Seat, type SeatHost, type SeatLimits, type SeatRequest } from './seat.ts';

/**
 * For whom a connection is: `temporary` = for one who has asked for a place and goes with them, `name` = what they said they are called
 * when they asked. A viewer is neither seen nor heard, whatever their page sends.
 */
export interface ConnectionUse {
  role: Role;
  temporary: boolean;
  name: string | null;
}

const FOR_ANYBODY: ConnectionUse = { role: 'participant', temporary: false, name: null };

/** What a connection is made of; `now` is in milliseconds since 1970. */
export interface ConnectionOptions {
  id: string;
  room: ConnectionRoom;
  link: PeerLink;
  logger: Logger;
  use?: ConnectionUse;
  /** Decides who may take part; by default everybody. */
  admit?: (token: string | undefined) => Promise<Admission>;
  now?: () => number;
  limits?: Partial<SeatLimits>;
}

/** A connection that came into another state, and why if not by the usual course of a call. */
export interface StateChange {
  from: ConnectionState;
  to: ConnectionState;
  user: string | null;
  reason: Reason | null;
}

/** What a connection reports. */
export interface ConnectionEvents {
  state: [change: StateChange];
  /** What the API shows of it has changed, beside the state. */
  changed: [];
}

/** What a page says of a stream of its own that will send no more. */
const STREAM_IS_OVER: ReadonlySet<string> = new Set(['ended', 'inactive', 'stream-removed']);

const EMPTY_VIEW: View = { video: [SLATE], audio: [] };

/** What the page says of a stream of its own, and what is muted by it. */
const MUTED_BY = new Map([
  ['audio', ['audio']],
  ['video', ['video']],
  ['both', ['audio', 'video']],
] as const);

/**
 * One web user and one endpoint, under a connection id that exists before the user comes. Everything that happens goes through
 * its mailbox, one thing at a time; who may sit down is decided here, the call itself is the {@link Seat}'s.
 */
export class Connection implements Member {
  readonly id: string;
  readonly use: ConnectionUse;
  readonly events = new TypedEmitter<ConnectionEvents>();
  readonly #room: ConnectionRoom;
  readonly #admit: ConnectionOptions['admit'];
  readonly #link: PeerLink;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #limits: SeatLimits;
  readonly #mailbox = new SerialQueue();
  readonly #outbox: Outbox;
  #state: ConnectionState = 'waiting';
  #sinceMs: number;
  #seat: Seat | null = null;
  /** What the token of the user on the seat has said. */
  #admitted: Admitted | null = null;
  #view: View = EMPTY_VIEW;
  #labels: Labels = new Map();
  #stopped: readonly string[] = [];
  #givenName: string | null = null;
  #muted: MediaKinds = NEITHER;
  #maxVideoBitrateBps: number | null = null;
  #showQueued = false;
  #closed: Promise<void> | null = null;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.use = options.use ?? FOR_ANYBODY;
    this.#admit = options.admit;
    this.#room = options.room;
    this.#link = options.link;
    this.#outbox = new Outbox(options.link);
    this.#logger = options.logger;
    this.#now = options.now ?? Date.now;
    this.#limits = { ...DEFAULT_SEAT_LIMITS, ...options.limits };
    this.#sinceMs = this.#now();
    this.#listen();
  }

  get name(): string {
    return this.#givenName ?? this.#admitted?.name ?? this.use.name ?? this.#seat?.fullName ?? this.id;
  }

  /** How its user takes part: as they may, or as the connection is meant. */
  get role(): Role {
    return this.#admitted?.role ?? this.use.role;
  }

  get occupied(): boolean {
    return this.#seat !== null || this.use.temporary;
  }

  get muted(): MediaKinds {
    return this.#muted;
  }

  get maxVideoBitrateBps(): number | null {
    return this.#maxVideoBitrateBps;
  }

  get selfMuted(): MediaKinds {
    return this.#seat?.selfMuted ?? NEITHER;
  }

  get stream(): Member['stream'] {
    const publishing = this.#seat?.publishing ?? null;
    if (publishing === null || this.role === 'viewer') return null;
    const { endpoint, published } = publishing;
    const { audio, video, screen } = published;
    if (!audio && !video && !screen) return null;
    return { ref: { source: 'endpoint', endpoint }, audio, video, ...(screen && { screen }) };
  }

  /** A small JPEG of what its user's camera sees. Rejects with `no-picture`, also when somebody has muted it. */
  async picture(): Promise<Buffer> {
    if (this.#seat === null || this.stream?.video !== true || this.#muted.video || this.selfMuted.video)
      throw new WebstreamerError('no-picture');
    try {
      return await this.#seat.picture();
    } catch (error) {
      // Gone in between: the next endpoint has the next picture.
      if (error instanceof WebstreamerError && error.code === 'endpoint-closed')
        throw new WebstreamerError('no-picture');
      throw error;
    }
  }

  /** The id of the endpoint that serves its user now, or null. */
  get endpoint(): string | null {
    return this.#seat?.publishing?.endpoint ?? null;
  }

  /** The connection as the API shows it, but for what the room knows. */
  get resource(): Omit<ConnectionResource, 'speaking'> {
    return {
      id: this.id,
      name: this.name,
      state: this.#state,
      user: this.#seat?.user ?? null,
      since: new Date(this.#sinceMs).toISOString(),
      muted: this.muted,
      selfMuted: this.selfMuted,
      role: this.role,
      temporary: this.use.temporary,
      maxVideoBitrateBps: this.maxVideoBitrateBps,
    };
  }

  /** Changes what is named. It stays so whoever has the seat, until it is changed again. */
  change({ name, muted = {}, maxVideoBitrateBps }: ChangeConnection): void {
    if (name !== undefined) this.#givenName = name;
    if (maxVideoBitrateBps !== undefined) this.#maxVideoBitrateBps = maxVideoBitrateBps;
    this.#muted = { audio: muted.audio ?? this.#muted.audio, video: muted.video ?? this.#muted.video };
    this.#room.reconcile();
    this.events.emit('changed');
  }

  /** Shows the user out, and tells them `text`. Resolves when the seat is free; rejects with `user-not-found`. */
  async removeUser(text?: string): Promise<void> {
    await this.#mailbox.run(async () => {
      if (this.#seat === null) throw new WebstreamerError('user-not-found');
      await this.#free('removed', text);
    });
  }

  /** The number of things that wait in the mailbox, for books that must balance. */
  get queued(): number {
    return this.#mailbox.length;
  }

  show(view: View, labels: Labels, stopped: readonly string[] = []): void {
    this.#view = view;
    this.#labels = labels;
    this.#stopped = stopped;
    if (this.#showQueued || this.#seat === null) return;
    this.#showQueued = true;
    this.#post(async () => {
      this.#showQueued = false;
      await this.#seat?.show();
    });
  }

  sendTexts(texts: readonly string[]): Promise<boolean> {
    return this.#seat?.sendTexts(texts) ?? Promise.resolve(false);
  }

  mediaLost(): void {
    this.#post(() => this.#seat?.mediaLost());
  }

  close(reason: Reason): Promise<void> {
    this.#closed ??= this.#mailbox.run(() =>
      runAll([
        () => this.#free(reason),
        () => {
          this.#moved('closed', reason, null);
        },
        () => this.#link.close(),
      ]),
    );
    return this.#closed;
  }

  #listen(): void {
    const { events } = this.#link;
    events.on('up', () => {
      this.#linkChanged(true);
    });
    events.on('down', () => {
      this.#linkChanged(false);
    });
    events.on('message', (received) => {
      this.#post(() => this.#receive(received));
    });
    events.on('refused', (user, problem) => {
      this.#refuse(new WebstreamerError('bad-request', problem), user);
    });
    events.on('userDisconnected', (user) => {
      this.#post(() => (this.#seat?.user === user ? this.#free('disconnected') : undefined));
    });
    events.on('extra', (user, extra) => {
      this.#post(() => {
        this.#extraCame(user, extra);
      });
    });
  }

  /**
   * The media do not need the link: a seat is kept while it is down, and what was to be said is said afterwards. Not through the
   * mailbox, so that what runs there now loses nothing on a link that has just gone down.
   */
  #linkChanged(isUp: boolean): void {
    this.#outbox.linkChanged(isUp);
    this.#post(() => this.#seat?.linkChanged());
  }

  async #receive({ sender, message, envelope }: PeerMessageReceived): Promise<void> {
    if (this.#state === 'closed') return;
    try {
      await handleWith(this.#handlers(sender, envelope), message);
      if (envelope.extra !== undefined) this.#extraCame(sender, envelope.extra);
    } catch (error) {
      if (!(error instanceof WebstreamerError)) throw error;
      this.#refuse(error, sender);
    }
  }

  #handlers(sender: string, envelope: Record<string, unknown>): PageMessageHandlers<void | Promise<void>> {
    const seat = () => {
      if (this.#seat?.user !== sender) throw new WebstreamerError('bad-request', 'its sender has no seat here');
      return this.#seat;
    };
    return {
      request: (request) => this.#asked({ user: sender, request, envelope }),
      ready: () => seat().pageIsReady(),
      description: (description) => {
        if (description.type === 'answer') return seat().answer(description.sdp, description);
        return seat().pageOffer(description.sdp, description);
      },
      candidate: ({ candidate, sdpMid = null, sdpMLineIndex = null }) => {
        // Those of a call that has just ended are no news.
        if (this.#seat?.user !== sender) return undefined;
        return this.#seat.addCandidate({ candidate, sdpMid, sdpMLineIndex });
      },
      left: () => (this.#seat?.user === sender ? this.#free('left') : undefined),
      streamSync: ({ streamid, action, type = 'both' }) => {
        this.#logger.debug({ user: sender, streamId: streamid, action }, 'the page says how its stream is');
        if (STREAM_IS_OVER.has(action)) return this.#seat?.user === sender ? this.#seat.endStream(streamid) : undefined;
        if (action !== 'mute' && action !== 'unmute') return undefined;
        const kinds = MUTED_BY.get(type as 'both') ?? [];
        seat().setSelfMuted(Object.fromEntries(kinds.map((kind) => [kind, action === 'mute'])));
        this.#told();
        return undefined;
      },
    };
  }

  #extraCame(user: string, extra: unknown): void {
    if (this.#seat?.user === user && this.#seat.setExtra(extra)) this.#told();
  }

  /** The page has told something of its user. */
  #told(): void {
    this.#room.reconcile();
    this.events.emit('changed');
  }

  async #asked(request: SeatRequest): Promise<void> {
    const seat = this.#seat;
    if (seat === null) {
      const admission = (await this.#admit?.(messages.tokenOf(request.envelope))) ?? ADMITTED;
      const refusal = this.#room.refusal(this.id);
      if ('refused' in admission) this.#turnAway(request.user, admission.refused);
      else if (refusal !== null) this.#turnAway(request.user, refusal);
      else this.#sitDown(request, null, admission);
    } else if (seat.user === request.user) {
      await runAll([
        () => seat.end('replaced'),
        () => {
          this.#sitDown(request, 'replaced');
        },
      ]);
    } else {
      this.#logger.warn({ user: request.user, seatOf: seat.user }, 'a request to join is refused: the seat is taken');
    }
  }

  /** `admitted` = what the user's token says; without it, they have been on the seat before. */
  #sitDown(request: SeatRequest, reason: Reason | null, admitted = this.#admitted): void {
    this.#admitted = admitted;
    this.#seat = new Seat(request, this.#seatHost(request.user));
    this.#room.chat.arrived(this.id);
    this.#moved('asked', reason, request.user);
    this.#seat.open();
  }

  #turnAway(user: string, code: ErrorCode): void {
    this.#logger.warn({ user, code }, 'a request to join is refused');
    this.#link.send(user, messages.userLeft(code));
    this.#link.dismiss(user);
  }

  async #free(reason: Reason, text?: string): Promise<void> {
    const seat = this.#seat;
    if (seat === null) return;
    this.#seat = null;
    this.#admitted = null;
    this.#outbox.clear();
    this.#room.chat.left(this.id);
    this.#moved('freed', reason, seat.user);
    await runAll([
      () => seat.end(reason, text),
      () => {
        // The page may be silent but still connected to the bridge, which would go on holding the seat for it.
        if (reason !== 'left' && reason !== 'disconnected') this.#link.dismiss(seat.user);
      },
    ]);
  }

  #seatHost(user: string): SeatHost {
    return {
      limits: this.#limits,
      logger: this.#logger,
      createEndpoint: () => this.#room.createEndpoint(this.id),
      post: (task) => {
        this.#post(task);
      },
      send: (message) => {
        this.#outbox.send(user, message);
      },
      linkIsUp: () => this.#outbox.isUp,
      view: () => this.#view,
      people: () => ({ labels: this.#labels, stopped: this.#stopped }),
      moved: (event, reason) => {
        this.#moved(event, reason, user);
      },
      publishedChanged: () => {
        this.#room.reconcile();
      },
      channelOpened: (replaces) => {
        this.#room.chat.opened(this.id, replaces);
      },
      heard: (message) => {
        this.#room.chat.heard(this.id, message);
      },
      free: (reason) => this.#free(reason),
    };
  }

  #moved(event: ConnectionEvent, reason: Reason | null, user: string | null): void {
    const from = this.#state;
    const to = next(from, event);
    if (to === null) throw new Error(`${event} cannot happen to a connection that is ${from}`);
    if (to !== from) this.#sinceMs = this.#now();
    this.#state = to;
    if (to === from && reason === null) return;
    this.#logger.info({ from, to, user, ...(reason && { reason }) }, `the connection is ${to}`);
    this.events.emit('state', { from, to, user, reason });
  }

  #refuse({ code, message }: WebstreamerError, user: string | undefined): void {
    this.#logger.warn({ code, user, problem: message }, 'a message of a page is refused');
  }

  #post(task: () => void | Promise<void>): void {
    this.#mailbox.run(task).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'something went wrong in a connection');
    });
  }
}
