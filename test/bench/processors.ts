import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const hasTaskset = existsSync('/usr/bin/taskset');

/** Whether a command can be pinned to a processor here. */
export const canPin = hasTaskset && availableParallelism() > 1;

/** The processor of the measured process. */
export const MEASURED = '0';
/** The processor of the programs that the measured process needs, so that they do not delay it. */
export const OTHERS = '1';

/** Pins a command to a processor, on a machine that has several and the program `taskset`. */
export function pinned(command: readonly string[], processor: string): [string, ...string[]] {
  return (canPin ? ['taskset', '-c', processor, ...command] : [...command]) as [string, ...string[]];
}
