import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C under npm comes twice: from the terminal, which signals the whole group, and from npm, which passes it on. */
const ECHO_MS = 300;

/**
 * Listens for the end: `asked` resolves with the first SIGINT or SIGTERM; a second one ends the process at once, unless it comes
 * within `ECHO_MS` and so is the first one again.
 */
export function listenForTermination(): { asked: Promise<NodeJS.Signals>; stop: () => void } {
  let listener: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    let first: number | undefined;
    listener = (signal) => {
      first ??= performance.now();
      if (performance.now() - first > ECHO_MS) process.exit(128 + constants.signals[signal]);
      resolve(signal);
    };
  });
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    asked,
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
