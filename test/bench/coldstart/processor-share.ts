import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A limit of CPU time. It applies to each process that writes its id into the file. */
export interface ProcessorShare {
  readonly processesFile: string;
  remove(): void;
}

const PERIOD_US = 20_000;

/**
 * Creates a Linux control group with a share of one processor. It needs root.
 * Source: the kernel's "Control Group v2" (`cpu.max`) and "CFS Bandwidth Control" (v1) documents.
 * @param share 0.5 is half a processor
 */
export function createProcessorShare(share: number): ProcessorShare {
  const quota = Math.round(PERIOD_US * share);
  const isV1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const folder = join(isV1 ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup', `benchmark-${process.pid}-${quota}`);
  mkdirSync(folder);
  if (isV1) {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota));
  } else {
    writeFileSync(join(folder, 'cpu.max'), `${quota} ${PERIOD_US}`);
  }
  return { processesFile: join(folder, 'cgroup.procs'), remove: () => rmdirSync(folder) };
}
