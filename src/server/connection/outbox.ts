import type { PeerLink } from './peer-link.ts';

/** What is said to the user of a connection: while the link is down it waits until that is up again. */
export class Outbox {
  readonly #link: Pick<PeerLink, 'send'>;
  #isUp = false;
  #waiting: (() => void)[] = [];

  constructor(link: Pick<PeerLink, 'send'>) {
    this.#link = link;
  }

  /** Whether what is said goes out at once. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The link has come up, or gone down. */
  linkChanged(isUp: boolean): void {
    this.#isUp = isUp;
    if (isUp) for (const send of this.#waiting.splice(0)) send();
  }

  /** Says something. */
  send(user: string, message: unknown): void {
    const send = () => {
      this.#link.send(user, message);
    };
    if (this.#isUp) send();
    else this.#waiting.push(send);
  }

  /** Nobody is there any more who should hear what waits. */
  clear(): void {
    this.#waiting = [];
  }
}
