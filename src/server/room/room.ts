import type { Logger } from '../../common/logger.ts';
import { runAll, settleAll } from '../../common/run-all.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { ChangeRoom, RoomSettings } from '../../protocol/http-api/room.ts';
import type { Reason } from '../../protocol/reasons.ts';
import type { Endpoint, MediaEngine } from '../media/media-engine.ts';
import type { Member } from './member.ts';
import { RoomMedia } from './room-media.ts';
import { route } from './routing.ts';

/** What a room is made of; `firstRetryMs` = the first pause before media that cannot be had are asked for again. */
export interface RoomOptions {
  name: string;
  settings: RoomSettings;
  engine: MediaEngine;
  logger: Logger;
  firstRetryMs?: number;
}

/** Members that share media, by a layout. Owns a media room in the engine and replaces it when its worker dies. */
export class Room {
  readonly name: string;
  readonly #media: RoomMedia;
  readonly #members = new Map<string, Member>();
  /** Ids of the members that publish, in the order in which they began: the order of the boxes. */
  readonly #publishing = new Set<string>();
  #settings: RoomSettings;
  #speaker: string | null = null;
  #previousSpeaker: string | null = null;
  #closed: Promise<void> | null = null;

  private constructor({ name, settings }: RoomOptions, media: RoomMedia) {
    this.name = name;
    this.#settings = settings;
    this.#media = media;
    media.events.on('rebuilt', () => {
      for (const member of this.#members.values()) member.mediaLost();
      this.reconcile();
    });
  }

  /** A room whose media are ready; rejects as the engine does when there are none to be had. */
  static async open(options: RoomOptions): Promise<Room> {
    return new Room(options, await RoomMedia.open(options));
  }

  /** How the room shows its people, whom they hear, and who may come in. */
  get settings(): RoomSettings {
    return this.#settings;
  }

  /** The id of the connection that has the floor; it keeps it while its user is away. */
  get speaker(): string | null {
    return this.#speaker;
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
    if (this.#speaker === id) this.#speaker = null;
    if (this.#previousSpeaker === id) this.#previousSpeaker = null;
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
    if (id === this.#speaker) return;
    if (this.#speaker !== null) this.#previousSpeaker = this.#speaker;
    if (this.#previousSpeaker === id) this.#previousSpeaker = null;
    this.#speaker = id;
    this.reconcile();
  }

  /** Tells every member what to show, from the state as it is now. May run at any time, twice, or after a failure. */
  reconcile(): void {
    if (this.#closed !== null) return;
    for (const member of this.#members.values()) {
      if (member.stream === null) this.#publishing.delete(member.id);
      else this.#publishing.add(member.id);
    }
    const order = new Set([...this.#publishing, ...this.#members.keys()]);
    const views = route({
      layout: this.#settings.layout,
      sound: this.#settings.sound,
      members: [...order].flatMap((id) => this.#members.get(id) ?? []),
      speaker: this.#speaker,
      previousSpeaker: this.#previousSpeaker,
    });
    for (const [id, view] of views) this.#members.get(id)?.show(view);
  }

  /** An endpoint in the room's media; waits while these are being built anew. */
  createEndpoint(): Promise<Endpoint> {
    return this.#media.createEndpoint();
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
