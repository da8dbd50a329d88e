import type { StreamRef, View } from '../../protocol/media-ipc/view.ts';
import type { Reason } from '../../protocol/reasons.ts';

/** What a room needs of a connection. */
export interface Member {
  readonly id: string;
  /** The stream of this member's user and what it carries, or null while nothing can be forwarded. */
  readonly stream: { ref: StreamRef; audio: boolean; video: boolean } | null;
  /** States what this member's user should see and hear; called again on every change, also when nothing changed. */
  show(view: View): void;
  /** The room's media is gone and was built anew: a member with a user invites them again. */
  mediaLost(): void;
  /** Ends the member for good, its user's call included. The same promise on each call. */
  close(reason: Reason): Promise<void>;
}
