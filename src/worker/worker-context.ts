import type { EndpointEvent, WorkerOptions } from '../protocol/media-ipc/messages.ts';
import type { GstBinding } from './gst/binding.ts';
import type { Slates } from './slates.ts';
import type { Traffic } from './traffic.ts';

/** What everything in a worker shares. */
export interface WorkerContext {
  readonly gst: GstBinding;
  readonly options: WorkerOptions;
  /** The addresses that the ICE candidates of an endpoint that is made now are gathered on. */
  readonly addresses: readonly string[];
  readonly slates: Slates;
  /** Takes the figures of endpoints that end. */
  readonly traffic: Traffic;
  /** Tells the server something about an endpoint. */
  report(endpoint: string, event: EndpointEvent): void;
  /** Tells the server how loud the endpoints of a room are, in dBov; those not named are silent. */
  reportLevels(room: string, levels: Record<string, number>): void;
  /** Writes a line to the server's log. */
  log(level: 'debug' | 'info' | 'warn' | 'error', fields: Record<string, unknown>, message: string): void;
}

/** The same context, whose lines in the log name a room. */
export function inRoom(context: WorkerContext, room: string): WorkerContext {
  return {
    ...context,
    // Asked each time: a spread would keep those of now.
    get addresses() {
      return context.addresses;
    },
    log: (level, fields, message) => {
      context.log(level, { room, ...fields }, message);
    },
  };
}
