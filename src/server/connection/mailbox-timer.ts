/** A deadline whose task goes through a mailbox. Disarmed in time it never runs, not even when its task is queued already. */
export class MailboxTimer {
  readonly #post: (task: () => void | Promise<void>) => void;
  #timer: NodeJS.Timeout | undefined;
  #armed: symbol | null = null;

  constructor(post: (task: () => void | Promise<void>) => void) {
    this.#post = post;
  }

  /** Runs `task` in `ms` milliseconds, instead of what was armed before. */
  arm(ms: number, task: () => void | Promise<void>): void {
    this.disarm();
    const armed = Symbol();
    this.#armed = armed;
    this.#timer = setTimeout(() => {
      this.#post(() => (this.#armed === armed ? task() : undefined));
    }, ms);
  }

  /** Forgets what was armed. */
  disarm(): void {
    clearTimeout(this.#timer);
    this.#armed = null;
  }
}
