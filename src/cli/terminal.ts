/** Where a command reads and writes; a process of its own in tests. */
export interface Terminal {
  write: (text: string) => void;
  environment: NodeJS.ProcessEnv;
  /** Aborted when the user ends the command; for those that go on until then. */
  signal: AbortSignal;
}

/** The terminal of this process. */
export function ownTerminal(): Terminal {
  const ended = new AbortController();
  return {
    write: (text) => process.stdout.write(text),
    environment: process.env,
    get signal() {
      process.once('SIGINT', () => {
        ended.abort();
      });
      process.once('SIGTERM', () => {
        ended.abort();
      });
      return ended.signal;
    },
  };
}
