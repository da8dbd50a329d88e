import { type Access, ApiError, type RoomResource, UnreachableError, type Webstreamer } from '../../client/index.ts';
import { element } from '../shared/element.ts';
import type { Words } from './words.ts';

const INTERVAL_MS = 2000;

/** Whether somebody may operate a room. */
export function mayOperate({ required, scopes, room }: Access, name: string): boolean {
  if (!required) return true;
  if (room !== null && room !== name) return false;
  return scopes.includes('operator') || scopes.includes('room-operator');
}

/** What the operation of the room tells the page. */
export interface OperationListener {
  onRoom(room: RoomResource): void;
  /** Something could not be done, and why. */
  onFailed(detail: string): void;
}

/** The room as its operator sees it: layout, floor policy and lock, and what can be done with people. Looked at while it is open. */
export class Operation {
  readonly #client: Webstreamer;
  readonly #room: string;
  readonly #listener: OperationListener;
  readonly #layout = element('layout', HTMLSelectElement);
  readonly #loudest = element('loudest', HTMLInputElement);
  readonly #locked = element('locked', HTMLInputElement);
  #timer: number | undefined;

  constructor(client: Webstreamer, room: string, words: Words, listener: OperationListener) {
    this.#client = client;
    this.#room = room;
    this.#listener = listener;
    for (const layout of ['gallery', 'speaker', 'grid'] as const)
      this.#layout.append(new Option(words[layout], layout));
    this.#layout.addEventListener('change', () => {
      this.do(() => client.changeRoom(room, { layout: this.#layout.value as RoomResource['layout'] }));
    });
    this.#loudest.addEventListener('change', () => {
      this.do(() => client.changeRoom(room, { speakerPolicy: this.#loudest.checked ? 'loudest' : 'manual' }));
    });
    this.#locked.addEventListener('change', () => {
      this.do(() => client.changeRoom(room, { locked: this.#locked.checked }));
    });
  }

  /** Looks at the room now and then, or no longer. */
  set open(open: boolean) {
    window.clearInterval(this.#timer);
    if (!open) return;
    this.look();
    this.#timer = window.setInterval(() => {
      this.look();
    }, INTERVAL_MS);
  }

  /** Looks at the room once. */
  look(): void {
    this.#client.getRoom(this.#room).then(
      (room) => {
        this.#show(room);
      },
      () => undefined, // the next look will tell
    );
  }

  /** Does something to the room, then looks at it. */
  do(action: () => Promise<unknown>): void {
    action()
      .catch((error: unknown) => {
        if (!(error instanceof ApiError) && !(error instanceof UnreachableError)) throw error;
        this.#listener.onFailed(error.message);
      })
      .finally(() => {
        this.look();
      });
  }

  #show(room: RoomResource): void {
    if (document.activeElement !== this.#layout) this.#layout.value = room.layout;
    this.#loudest.checked = room.speakerPolicy === 'loudest';
    this.#locked.checked = room.locked;
    this.#listener.onRoom(room);
  }
}
