import { readdirSync, readFileSync } from 'node:fs';

/** What /proc counts in (Linux, `getconf CLK_TCK`): it is 100 a second on every architecture in use. */
const MS_PER_TICK = 10;

/**
 * The processor time of a process and its living descendants so far, user and system, in milliseconds.
 * @returns undefined where there is no /proc
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

/** man 5 proc_pid_stat; the name, in parentheses, may hold anything. */
function readStat(pid: number) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { pid, parent: Number(fields[1]), milliseconds: ticks * MS_PER_TICK };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
