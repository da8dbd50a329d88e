import type { Socket } from 'socket.io';
import type { Logger } from '../../common/logger.ts';
import { sendEvent } from './event-packet.ts';
import type { Alarm, User } from './state.ts';

/** What is said to a user whose socket is lost waits for it, up to this many events and characters. */
const MAX_HELD_EVENTS = 200;
const MAX_HELD_LENGTH = 1_000_000;

/** A user's way out: its socket, or what waits for the next one. */
interface Line {
  socket: Socket | null;
  held: [event: string, args: unknown[]][];
  heldLength: number;
  readonly alarms: Map<Alarm, NodeJS.Timeout>;
}

function newLine(): Line {
  return { socket: null, held: [], heldLength: 0, alarms: new Map() };
}

function hold(line: Line, event: string, args: unknown[]): boolean {
  const length = line.heldLength + lengthOf(args);
  if (line.held.length >= MAX_HELD_EVENTS || length > MAX_HELD_LENGTH) return false;
  line.held.push([event, args]);
  line.heldLength = length;
  return true;
}

function lengthOf(args: unknown[]): number {
  try {
    return JSON.stringify(args).length;
  } catch {
    return Infinity; // nested too deeply: it could not be sent later either
  }
}

/** The sockets and timers of the bridge's users. */
export class Lines {
  readonly #lines = new Map<User, Line>();
  readonly #logger: Logger;
  readonly #wake: (user: User, alarm: Alarm) => void;

  constructor(logger: Logger, wake: (user: User, alarm: Alarm) => void) {
    this.#logger = logger;
    this.#wake = wake;
  }

  /** The number of timers that run. */
  get timers(): number {
    return [...this.#lines.values()].reduce((sum, { alarms }) => sum + alarms.size, 0);
  }

  /** The user is reached by this socket from now on; what waited for it is said, and an older socket is cut. */
  connect(user: User, socket: Socket): void {
    const line = this.#lines.get(user) ?? newLine();
    this.#lines.set(user, line);
    const old = line.socket;
    line.socket = socket;
    old?.disconnect(true);
    line.heldLength = 0;
    for (const [event, args] of line.held.splice(0)) this.emit(user, event, ...args);
  }

  /** Whether the user is reached by this socket. */
  isOf(user: User, socket: Socket): boolean {
    return this.#lines.get(user)?.socket === socket;
  }

  /** The socket has ended; false when the user was not reached by it any more. */
  disconnect(user: User, socket: Socket): boolean {
    const line = this.#lines.get(user);
    if (line?.socket !== socket) return false;
    line.socket = null;
    return true;
  }

  /** Says something to a user, now or when its socket is back. */
  readonly emit = (user: User, event: string, ...args: unknown[]): void => {
    const line = this.#lines.get(user);
    if (!line) return;
    if (line.socket) this.#send(line.socket, user, event, args);
    else if (!hold(line, event, args))
      this.#logger.warn({ user: user.id, event }, 'too much waits for a lost socket: an event is dropped');
  };

  #send(socket: Socket, user: User, event: string, args: unknown[]): void {
    try {
      sendEvent(socket, event, args);
    } catch (error) {
      // Nested too deeply, for one: the parser is recursive. The others that the event is for still get what they should.
      this.#logger.warn({ user: user.id, event, err: error }, 'an event could not be sent');
    }
  }

  /** Closes a user's socket for good. */
  readonly cut = (user: User): void => {
    this.#lines.get(user)?.socket?.disconnect();
  };

  /** Sets a timer of a user anew; null = takes it back. */
  readonly setAlarm = (user: User, alarm: Alarm, delayMs: number | null): void => {
    const alarms = this.#lines.get(user)?.alarms;
    clearTimeout(alarms?.get(alarm));
    alarms?.delete(alarm);
    if (delayMs === null) return;
    alarms?.set(
      alarm,
      setTimeout(() => {
        alarms.delete(alarm);
        this.#wake(user, alarm);
      }, delayMs),
    );
  };

  /** Forgets a user. */
  readonly gone = (user: User): void => {
    for (const timer of this.#lines.get(user)?.alarms.values() ?? []) clearTimeout(timer);
    this.#lines.delete(user);
  };

  /** Forgets everybody. */
  clear(): void {
    for (const user of [...this.#lines.keys()]) this.gone(user);
  }
}
