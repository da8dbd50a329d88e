import type { Logger } from '../../common/logger.ts';
import { runAll, settleAll } from '../../common/run-all.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { ChangeRoom, RoomSettings } from '../../protocol/http-api/room.ts';
import type { EndpointFigures } from '../../protocol/media-ipc/figures.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Endpoint, MediaEngine } from '../media/media-engine.ts';
import { tilesOf } from './grid.ts';
import { labelsOf } from './labels.ts';
import { contestFor, hear } from './loudest.ts';
import type { Member } from './member.ts';
import { RoomChat } from './room-chat.ts';
import { RoomMedia } from './room-media.ts';
import { type Floor, route, stoppedFor } from './routing.ts';
import { Voices } from './voices.ts';

/**
 * What a room is made of; `firstRetryMs` = the first pause before media that cannot be had are asked for again, `now` is in
 * milliseconds since any moment, `clock` in milliseconds since 1970.
 */
export interface RoomOptions {
  name: string;
  settings: RoomSettings;
  engine: MediaEngine;
  logger: Logger;
  firstRetryMs?: number;
  now?: () => number;
  clock?: () => number;
}

/** What a room reports of itself; people are named by their connections' ids. */
export interface RoomEvents {
  /** The floor has gone to somebody else, or to nobody. */
  speaker: [speaker: string | null];
  /** Somebody begins or ceases to speak. */
  speaking: [connection: string, speaking: boolean];
  /** How loud people are, in dBov; those not named are silent. Ten times a second while anybody is heard. */
  levels: [levels: ReadonlyMap<string, number>];
}

/** Why somebody may not come in. */
export type JoinRefusal = 'room-locked' | 'room-full' | 'draining';

/** Members that share media, by a layout. Owns a media room in the engine and replaces it when its worker dies. */
export class Room {
  readonly name: string;
  readonly events = new TypedEmitter<RoomEvents>();
  /** What its people and the API say to each other. */
  readonly chat: RoomChat;
  readonly #media: RoomMedia;
  readonly #now: () => number;
  readonly #members = new Map<string, Member>();
  /** Ids of the members that publish, in the order in which they began: the order of the boxes. */
  readonly #publishing = new Set<string>();
  /** Ids of the members that share a screen, in the order in which they began. */
  readonly #sharing = new Set<string>();
  readonly #voices = new Voices();
  #settings: RoomSettings;
  #contest = contestFor(null, 0);
  #previousSpeaker: string | null = null;
  #draining = false;
  #closed: Promise<void> | null = null;

  private constructor({ name, settings, logger, clock, now = () => performance.now() }: RoomOptions, media: RoomMedia) {
    this.name = name;
    this.#settings = settings;
    this.#now = now;
    this.#media = media;
    this.chat = new RoomChat({
      member: (id) => this.#members.get(id),
      historyLength: () => this.#settings.chatHistory,
      logger,
      ...(clock && { now: clock }),
    });
    media.events.on('rebuilt', () => {
      for (const member of this.#members.values()) member.mediaLost();
      this.reconcile();
    });
    media.events.on('levels', (levels) => {
      this.#heard(levels);
    });
  }

  /** A room whose media are ready; rejects as the engine does when there are none to be had. */
  static async open(options: RoomOptions): Promise<Room> {
    return new Room(options, await RoomMedia.open({ ...options, codec: options.settings.codec }));
  }

  /** How the room shows its people, whom they hear, and who may come in. */
  get settings(): RoomSettings {
    return this.#settings;
  }

  /** The id of the connection that has the floor; it keeps it while its user is away. */
  get speaker(): string | null {
    return this.#contest.speaker;
  }

  /** Whether the voice of a connection's user is heard at the moment. */
  speaks(id: string): boolean {
    return this.#voices.speaks(id);
  }

  /** Why nobody else may come in to the member `id`, or to one that is yet to be made; null when somebody may. */
  refusal(id: string | null = null): JoinRefusal | null {
    if (this.#draining) return 'draining';
    const { locked, maxUsers } = this.#settings;
    if (locked) return 'room-locked';
    const users = [...this.#members.values()].filter((member) => member.occupied && member.id !== id).length;
    return maxUsers !== null && users >= maxUsers ? 'room-full' : null;
  }

  /** Nobody else may come in from now on, whatever the settings say. */
  drain(): void {
    this.#draining = true;
  }

  /** Takes a member in. */
  add(member: Member): void {
    this.#assertOpen();
    this.#members.set(member.id, member);
    this.reconcile();
  }

  /** Lets a member go, and with it the floor if it has it; the member itself is left as it is. */
  remove(id: string): void {
    if (!this.#members.delete(id)) return;
    this.#publishing.delete(id);
    this.#sharing.delete(id);
    this.#voices.forget(id);
    this.chat.left(id);
    if (this.#previousSpeaker === id) this.#previousSpeaker = null;
    if (this.speaker === id) this.#giveFloor(null);
    this.reconcile();
  }

  /** Changes the settings that are named. */
  change(change: ChangeRoom): void {
    this.#assertOpen();
    this.#settings = { ...this.#settings, ...defined(change) };
    this.reconcile();
  }

  /** Gives the floor to a member, whether its user is there or not; null takes it from whoever has it. */
  setSpeaker(id: string | null): void {
    this.#assertOpen();
    if (id !== null && !this.#members.has(id)) throw new WebstreamerError('connection-not-found');
    if (id === this.speaker) return;
    this.#giveFloor(id);
    this.reconcile();
  }

  #giveFloor(id: string | null, contest = contestFor(id, this.#now())): void {
    if (this.speaker !== null) this.#previousSpeaker = this.speaker;
    if (this.#previousSpeaker === id) this.#previousSpeaker = null;
    this.#contest = contest;
    this.events.emit('speaker', id);
  }

  /** Takes a measurement of the media; what is not passed on is not heard here either. */
  #heard(byEndpoint: ReadonlyMap<string, number>): void {
    if (this.#closed !== null) return;
    const levels = new Map(
      [...this.#members.values()].flatMap(({ id, stream, muted }) => {
        const db = stream?.ref.source === 'endpoint' && !muted.audio ? byEndpoint.get(stream.ref.endpoint) : undefined;
        return db === undefined ? [] : [[id, db] as const];
      }),
    );
    const nowMs = this.#now();
    this.events.emit('levels', levels);
    const changed = this.#voices.hear(levels, nowMs);
    for (const id of changed) this.events.emit('speaking', id, this.speaks(id));
    const contest = hear(this.#contest, levels, nowMs);
    const won = contest.speaker !== this.speaker;
    const taken = won && this.#settings.speakerPolicy === 'loudest';
    if (taken) this.#giveFloor(contest.speaker, contest);
    else if (!won) this.#contest = contest;
    if (taken || changed.length > 0) this.reconcile();
  }

  /** Tells every member what to show, from the state as it is now. May run at any time, twice, or after a failure. */
  reconcile(): void {
    if (this.#closed !== null) return;
    for (const member of this.#members.values()) {
      if (member.stream === null) this.#publishing.delete(member.id);
      else this.#publishing.add(member.id);
      if (member.stream?.screen) this.#sharing.add(member.id);
      else this.#sharing.delete(member.id);
    }
    const order = new Set([...this.#publishing, ...this.#members.keys()]);
    const members = [...order].flatMap((id) => this.#members.get(id) ?? []);
    const { speaker } = this;
    const floor: Floor = {
      layout: this.#settings.layout,
      sound: this.#settings.sound,
      members,
      speaker,
      previousSpeaker: this.#previousSpeaker,
      sharing: [...this.#sharing],
    };
    if (floor.layout === 'grid') this.#media.setGrid(tilesOf(members, speaker, [...this.#sharing]));
    const labels = labelsOf(members, speaker, this.#voices);
    const views = route(floor);
    const stopped = stoppedFor(floor, views);
    for (const [id, view] of views) {
      const member = this.#members.get(id);
      const maxVideoBitrateBps = member?.maxVideoBitrateBps ?? this.#settings.maxVideoBitrateBps;
      member?.show({ ...view, ...(maxVideoBitrateBps !== null && { maxVideoBitrateBps }) }, labels, stopped.get(id));
    }
  }

  /** An endpoint in the room's media; waits while these are being built anew. */
  createEndpoint(connection?: string): Promise<Endpoint> {
    return this.#media.createEndpoint(connection);
  }

  /** What has gone either way at each endpoint, by its id. */
  figures(): Promise<ReadonlyMap<string, EndpointFigures>> {
    return this.#media.figures();
  }

  /** Ends the room: its members, all at the same time, then its media. The same promise on each call. */
  close(reason: Reason): Promise<void> {
    this.#closed ??= this.#close(reason);
    return this.#closed;
  }

  #close(reason: Reason): Promise<void> {
    return runAll([
      () => settleAll([...this.#members.values()].map((member) => member.close(reason))),
      () => this.#media.close(),
      () => {
        this.#members.clear();
        this.#publishing.clear();
        this.events.removeAll();
      },
    ]);
  }

  #assertOpen(): void {
    if (this.#closed !== null) throw new WebstreamerError('room-not-found', `the room ${this.name} is closed`);
  }
}

/** Without the keys that are there but undefined. */
function defined(change: ChangeRoom): Partial<RoomSettings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
