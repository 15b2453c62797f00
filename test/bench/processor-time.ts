import { readdirSync, readFileSync } from 'node:fs';

/** The unit of times in /proc (Linux, `getconf CLK_TCK`): 100 ticks a second on all common architectures. */
const MS_PER_TICK = 10;

/**
 * Reads the CPU time (user and system) of a process and its running descendants, in milliseconds.
 * @returns undefined on a system without /proc
 */
export function processorTime(pid: number): number | undefined {
  let pids: number[];
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return undefined;
  }
  const processes = new Map(pids.flatMap((each) => readStat(each) ?? []).map((stat) => [stat.pid, stat]));
  const isOfTree = (each: number): boolean =>
    each === pid || (each > 1 && isOfTree(processes.get(each)?.parent ?? 0));
  return [...processes.values()]
    .filter((stat) => isOfTree(stat.pid))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

/** Source: man 5 proc_pid_stat. The process name stands in parentheses and may itself contain spaces and parentheses. */
function readStat(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: Number(fields[1]), milliseconds: ticks * MS_PER_TICK };
  } catch {
    // The process has ended.
    return undefined;
  }
}
