import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C under npm comes twice: from the terminal, which signals the whole group, and from npm, which passes it on. */
const ECHO_MS = 300;

/** What has been asked by signals. */
export interface Termination {
  asked: Promise<NodeJS.Signals>;
  /** Waits for `task`, or for a second signal: that does not end the process then, but the one after it. */
  unlessAsked: (task: Promise<void>) => Promise<void>;
  stop: () => void;
}

/**
 * Listens for the end: `asked` resolves with the first SIGINT or SIGTERM; a second one ends the process at once, unless a task is waited
 * for, or it comes within `ECHO_MS` and so is the first one again.
 */
export function listenForTermination(): Termination {
  let again: ((signal: NodeJS.Signals) => void) | undefined;
  let listener: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    let first: number | undefined;
    listener = (signal) => {
      first ??= performance.now();
      if (performance.now() - first > ECHO_MS) {
        first = performance.now();
        if (again === undefined) process.exit(128 + constants.signals[signal]);
        else again(signal);
        again = undefined;
      }
      resolve(signal);
    };
  });
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    asked,
    unlessAsked: async (task) => {
      const askedAgain = new Promise<NodeJS.Signals>((resolve) => {
        again = resolve;
      });
      await Promise.race([task, askedAgain]);
      again = undefined;
    },
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    },
  };
}

/** Calls `task` on each SIGHUP; answers what ends that. */
export function onHangup(task: () => void): () => void {
  process.on('SIGHUP', task);
  return () => {
    process.off('SIGHUP', task);
  };
}
