import { processTree } from '../../test/e2e/support/process-tree.ts';
import { usageOf } from './process-usage.ts';

/** CPU in µs that a browser and all its processes, those that live, have used since they began. */
export async function browserCpuUs(pid: number): Promise<number> {
  const usages = (await processTree(pid)).map((each) => usageOf(each).catch(() => null)); // one may end meanwhile
  return (await Promise.all(usages)).reduce((all, usage) => all + (usage?.cpuUs ?? 0), 0);
}
