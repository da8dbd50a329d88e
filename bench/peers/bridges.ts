import { fileURLToPath } from 'node:url';
import { type Child, startChild } from '../measure/child.ts';
import { startProduct } from './webstreamer.ts';

const ORIGINAL = fileURLToPath(new URL('original-bridge-process.js', import.meta.url));

/** A signalling server that runs in a process of its own. */
export interface RunningBridge extends Child {
  url: string;
}

/** A signalling server that can be put to the test. */
export interface BridgeCandidate {
  name: string;
  start: () => Promise<RunningBridge>;
}

/** Ours, and the one that it stands in for. */
export const BRIDGES: readonly BridgeCandidate[] = [
  {
    name: 'webstreamer',
    start: () =>
      startProduct(['bridge'], {
        // The whole load comes from this one address, and is the same for both.
        bridge: {
          limits: { socketsPerAddress: 20_000, eventsPerSecondPerAddress: 1_000_000, eventsPerSecond: 10_000 },
        },
      }),
  },
  {
    name: 'rtcmulticonnection-server',
    start: async () => {
      const command = [process.execPath, ORIGINAL];
      const { pid, said, close } = await startChild(command, (line) => /^http:\S+/.exec(line)?.[0]);
      return { pid, url: said, close };
    },
  },
];
