import type { RtcMultiConnection } from './library.ts';

function transportsOf(peer: RTCPeerConnection): RTCDtlsTransport[] {
  return peer.getReceivers().flatMap(({ transport }) => transport ?? []);
}

/**
 * Knows every RTCPeerConnection the library has made, and closes them for good. The library's own `close()` calls itself until the
 * stack overflows once a connection has been renegotiated, so that camera and sound would go on after leaving.
 */
export class PeerBook {
  readonly #library: RtcMultiConnection;
  readonly #known = new Map<RTCPeerConnection, string>();
  readonly #watched = new WeakSet<RTCDtlsTransport>();
  readonly #onFailed: (userId: string) => void;

  /** `onFailed` is told when the media path to a user has broken for good. */
  constructor(library: RtcMultiConnection, onFailed: (userId: string) => void) {
    this.#library = library;
    this.#onFailed = onFailed;
  }

  /** Takes note of the connection to `userId`, if there is one now, and of what it has grown since. */
  note(userId: string): void {
    const peer = this.#library.peers[userId]?.peer;
    if (!peer) return;
    if (!this.#known.has(peer)) {
      this.#known.set(peer, userId);
      peer.addEventListener('connectionstatechange', () => {
        if (peer.connectionState === 'failed') this.#onFailed(userId);
      });
    }
    for (const transport of transportsOf(peer)) {
      if (this.#watched.has(transport)) continue;
      this.#watched.add(transport);
      // The other side closed its connection: seen here at once, while the state of the connection takes a quarter of a minute.
      transport.addEventListener('statechange', () => {
        if (transport.state === 'closed' && this.#known.has(peer)) this.#onFailed(userId);
      });
    }
  }

  /** Closes the connections to `userId`. */
  close(userId: string): void {
    this.note(userId);
    for (const [peer, owner] of this.#known) if (owner === userId) this.#closeOne(peer);
  }

  /** Closes every connection. */
  closeAll(): void {
    this.#noteAll();
    for (const peer of this.#known.keys()) this.#closeOne(peer);
  }

  /** Sends `next` where `old` was sent. */
  async replaceTrack(old: MediaStreamTrack, next: MediaStreamTrack): Promise<void> {
    await Promise.all(this.#sendersOf(old).map(([, sender]) => sender.replaceTrack(next)));
  }

  /** Sends a track no longer. */
  removeTrack(track: MediaStreamTrack): void {
    for (const [peer, sender] of this.#sendersOf(track)) peer.removeTrack(sender);
  }

  #noteAll(): void {
    for (const userId of this.#library.getAllParticipants()) this.note(userId);
  }

  #sendersOf(track: MediaStreamTrack): [RTCPeerConnection, RTCRtpSender][] {
    this.#noteAll(); // one that is being negotiated has its tracks already, and has told nothing of itself
    return [...this.#known.keys()].flatMap((peer) =>
      peer.getSenders().flatMap((sender) => (sender.track === track ? [[peer, sender]] : [])),
    ) as [RTCPeerConnection, RTCRtpSender][];
  }

  /** Whether any connection carries media now. */
  get alive(): boolean {
    return [...this.#known.keys()].some(
      (peer) => peer.connectionState === 'connected' && transportsOf(peer).some(({ state }) => state === 'connected'),
    );
  }

  #closeOne(peer: RTCPeerConnection): void {
    this.#known.delete(peer);
    RTCPeerConnection.prototype.close.call(peer);
  }
}
