import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Listens for the end: `asked` resolves with the first SIGINT or SIGTERM; a second one ends the process at once. */
export function listenForTermination(): { asked: Promise<NodeJS.Signals>; stop: () => void } {
  let listener: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    let before = false;
    listener = (signal) => {
      if (before) process.exit(128 + constants.signals[signal]);
      before = true;
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
