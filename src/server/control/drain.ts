/** What people are told of the end of a server; `message` = null for nothing. */
export interface DrainNotice {
  endsAt: Date;
  message: string | null;
}

/** The wait for the last user to leave. */
export class Drain {
  /** Resolves when nobody is there any more. */
  readonly empty: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor() {
    this.empty = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Takes how many users there are now. */
  left(users: number): void {
    if (users === 0) this.#resolve();
  }
}
