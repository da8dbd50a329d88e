import type { MediaKinds } from '../../protocol/media-kinds.ts';
import type { StreamRef, View } from '../../protocol/media-ipc/view.ts';
import type { Reason } from '../../protocol/reasons.ts';

/** What people are shown of one another beside picture and sound. */
export interface Label {
  /** The id of the person's connection. */
  connection: string;
  name: string;
  /** Muted by whomever: nothing of this kind is to be expected. */
  muted: MediaKinds;
  /** Whether the person has the floor. */
  speaker: boolean;
  /** Whether the person's voice is heard at the moment. */
  speaking: boolean;
}

/** The labels of a room's people, by the endpoint that serves each. */
export type Labels = ReadonlyMap<string, Label>;

/** The people that a page may be told of; `stopped` = the endpoints whose pictures the operator keeps from it. */
export interface PeopleOfRoom {
  labels: Labels;
  stopped: readonly string[];
}

/** What a room needs of a connection. */
export interface Member {
  readonly id: string;
  /** What its user is called. */
  readonly name: string;
  /** Whether somebody has its seat, or it is kept for somebody. */
  readonly occupied: boolean;
  /** The stream of this member's user and what it carries, or null while nothing can be forwarded. */
  readonly stream: { ref: StreamRef; audio: boolean; video: boolean; screen?: boolean } | null;
  /** What is not passed on of it, by the operator. */
  readonly muted: MediaKinds;
  /** What its user has muted: it is passed on, and there is nothing in it. */
  readonly selfMuted: MediaKinds;
  /** The most that its user's page is asked to send as one picture, in bit/s; null = as the room says. */
  readonly maxVideoBitrateBps: number | null;
  /**
   * States what this member's user should see and hear, and who that is; called again on every change, also when nothing changed.
   * `stopped` = the endpoints whose pictures would be there as well if the operator had not stopped them.
   */
  show(view: View, labels: Labels, stopped?: readonly string[]): void;
  /**
   * Sends all texts through the data channel of this member's user, or none. Resolves to whether they are on their way; rejects when
   * the channel's endpoint ends meanwhile.
   */
  sendTexts(texts: readonly string[]): Promise<boolean>;
  /** The room's media is gone and was built anew: a member with a user invites them again. */
  mediaLost(): void;
  /** Ends the member for good, its user's call included. The same promise on each call. */
  close(reason: Reason): Promise<void>;
}
