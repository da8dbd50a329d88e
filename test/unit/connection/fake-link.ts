import { TypedEmitter } from '../../../src/common/typed-emitter.ts';
import type { PeerLink, PeerLinkEvents } from '../../../src/server/connection/peer-link.ts';

/** A link without a bridge: a test is the other end. */
export class FakeLink implements PeerLink {
  readonly events = new TypedEmitter<PeerLinkEvents>();
  readonly sent = new TypedEmitter<{ message: [to: string, message: unknown] }>();
  /** The users whose seats were given up. */
  readonly dismissed: string[] = [];
  isUp = false;
  closed = false;
  /** What closing rejects with, if anything. */
  closeError: Error | null = null;

  goUp(): void {
    this.isUp = true;
    this.events.emit('up');
  }

  goDown(): void {
    this.isUp = false;
    this.events.emit('down');
  }

  send(remoteUserId: string, message: unknown): void {
    if (this.isUp && !this.closed) this.sent.emit('message', remoteUserId, message);
  }

  dismiss(userId: string): void {
    this.dismissed.push(userId);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.resolve();
    if (this.closeError !== null) throw this.closeError;
  }
}
