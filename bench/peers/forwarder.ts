import { fileURLToPath } from 'node:url';
import type { Call } from '../measure/call.ts';
import { startChild } from '../measure/child.ts';
import { receiversOf } from './people.ts';

const PROGRAM = fileURLToPath(new URL('forwarder-process.js', import.meta.url));

/** One sender and receivers on the bare forwarder. */
export async function forwarderCall(receivers: number): Promise<Call> {
  const {
    pid,
    said: url,
    close,
  } = await startChild([process.execPath, PROGRAM], (line) => /^http:\S+/.exec(line)?.[0]);
  const client = (publishes: boolean) => ({ kind: 'forwarder', url, publishes }) as const;
  const sender = { name: 'sender', process: 'sender', entrance: client(true), source: 0, sees: [] };
  return {
    pids: { forwarder: pid },
    people: receivers + 1,
    phases: [{ bots: [sender] }, { bots: receiversOf(receivers, () => client(false)) }],
    close,
  };
}
