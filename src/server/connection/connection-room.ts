import type { Endpoint } from '../media/media-engine.ts';
import type { JoinRefusal } from '../room/room.ts';

/** What a connection needs of its room. */
export interface ConnectionRoom {
  /** For the connection of this id. */
  createEndpoint(connection: string): Promise<Endpoint>;
  /** To be called when what the connection's user publishes, or what is to be told of them, has changed. */
  reconcile(): void;
  /** Why nobody else may come in to the connection `id`, or null when somebody may. */
  refusal(id: string): JoinRefusal | null;
  /** What is said in the room: by the connection's user, from sitting down to leaving, and to them. */
  readonly chat: {
    arrived(id: string): void;
    opened(id: string, replaces: boolean): void;
    heard(id: string, message: string): void;
    left(id: string): void;
  };
}
