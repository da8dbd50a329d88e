import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

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

/** Answers what says whether the terminal has gone in which this process was started; one that was started in none has lost none. */
function terminalLoss(): () => boolean {
  const hadTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  return () => {
    if (!hadTerminal) return false;
    try {
      closeSync(openSync('/dev/tty', 'r'));
      return false;
    } catch {
      return true;
    }
  };
}

/**
 * Calls `task` on each SIGHUP; answers what ends that. The end of the terminal, which SIGHUP tells of as well, ends the process, as if
 * nobody listened.
 */
export function onHangup(task: () => void, isTerminalGone: () => boolean = terminalLoss()): () => void {
  const listener = () => {
    if (!isTerminalGone()) {
      task();
      return;
    }
    // Node cannot exit in order any more: it would give the terminal its settings back, and crash.
    process.off('SIGHUP', listener);
    process.kill(process.pid, 'SIGHUP');
  };
  process.on('SIGHUP', listener);
  return () => {
    process.off('SIGHUP', listener);
  };
}
