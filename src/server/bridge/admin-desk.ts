import type { Socket } from 'socket.io';
import type { AdminHandshake } from '../../protocol/signalling/bridge-events.ts';
import type { AdminAccount } from './admin.ts';
import type { BridgeCore } from './core.ts';

/** What has changed is told at most this often. */
const UPDATE_MS = 1000;

/** The sockets of those who administrate. */
export class AdminDesk {
  readonly #core: BridgeCore;
  readonly #account: AdminAccount | undefined;
  readonly #sockets = new Set<Socket>();
  #timer: NodeJS.Timeout | undefined;

  constructor(core: BridgeCore, account: AdminAccount | undefined) {
    this.#core = core;
    this.#account = account;
  }

  /** The number of timers that run. */
  get timers(): number {
    return this.#timer === undefined ? 0 : 1;
  }

  /** Serves a socket, or tells it why not and closes it; answers whether it is served. */
  serve(socket: Socket, handshake: AdminHandshake, address: string): boolean {
    const error = this.#core.whyNotAdmin(this.#account, handshake, address);
    if (error !== null) {
      socket.emit('admin', { error });
      socket.disconnect();
      return false;
    }
    this.#sockets.add(socket);
    socket.on('admin', (request: unknown, ack: unknown) => {
      const { answer, show } = this.#core.administrate(request);
      if (show) socket.emit('admin', this.#core.overview(false));
      if (answer !== undefined && typeof ack === 'function') (ack as (value: unknown) => void)(answer);
      this.changed();
    });
    socket.on('disconnect', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.close();
    });
    socket.emit('admin', { connected: true });
    return true;
  }

  /** Something may have changed: whoever administrates hears of it, not at once, but soon. */
  changed(): void {
    if (this.#sockets.size === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      for (const socket of this.#sockets) socket.emit('admin', this.#core.overview(true));
    }, UPDATE_MS);
  }

  /** Tells nobody anything any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
