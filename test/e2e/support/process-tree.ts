import { readdir, readFile } from 'node:fs/promises';

interface ProcessEntry {
  pid: number;
  parent: number;
}

async function readEntry(pid: number): Promise<ProcessEntry | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets and may itself hold brackets and spaces.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : { pid, parent: Number(parent) };
  } catch {
    return undefined; // it ended meanwhile
  }
}

async function entries(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(readEntry))).filter((entry) => entry !== undefined);
}

/** The living process `root` and all its descendants, parents first. */
export async function processTree(root: number): Promise<number[]> {
  const all = await entries();
  const tree = all.some(({ pid }) => pid === root) ? [root] : [];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((entry) => entry.pid));
  return tree;
}

/** The pid of this process's child whose command line contains `word`. */
export async function findChild(word: string): Promise<number> {
  for (const { pid, parent } of await entries()) {
    if (parent !== process.pid) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(word)) return pid;
  }
  throw new Error(`No child process has ${word} in its command line`);
}

/** Sends `signal` to the process and all its descendants; those that ended meanwhile are passed over. */
export async function signalTree(root: number, signal: NodeJS.Signals): Promise<void> {
  for (const pid of await processTree(root)) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
