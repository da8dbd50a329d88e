import type { TypedEmitter } from '../../common/typed-emitter.ts';
import type { PageMessage } from '../../protocol/signalling/peer-message.ts';

/** A message of a page, parsed; `envelope` is the whole of what arrived (it is echoed as connectionDescription). */
export interface PeerMessageReceived {
  sender: string;
  message: PageMessage;
  envelope: Record<string, unknown>;
}

/** What a peer link reports. */
export interface PeerLinkEvents {
  /** The link is up and the bridge lets pages join this connection id; also after each reconnection. */
  up: [];
  /** The link is down; it tries again by itself. */
  down: [];
  message: [received: PeerMessageReceived];
  /** Something that no page should send; `problem` says what. It has been dropped. */
  refused: [sender: string | undefined, problem: string];
  /** The bridge says that this user is gone. */
  userDisconnected: [userId: string];
  /** The bridge passes on what a page tells of its user. */
  extra: [userId: string, extra: unknown];
}

/** What a connection needs of signalling: one link to the bridge, under the connection's id. */
export interface PeerLink {
  readonly events: TypedEmitter<PeerLinkEvents>;
  /** Sends `{remoteUserId, message, sender: <connection id>}`; dropped while the link is down. */
  send(remoteUserId: string, message: unknown): void;
  /** Tells the bridge that this user has lost the seat, so that somebody else may take it; dropped while the link is down. */
  dismiss(userId: string): void;
  /** Ends the link for good. */
  close(): Promise<void>;
}
