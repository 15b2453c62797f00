import { getHeapStatistics, type HeapInfo } from 'node:v8';
import type { Worker } from 'node:worker_threads';
import type { HeapSample } from './memory-curve.ts';

const MB = 1_048_576;

/**
 * Measures the heaps of this thread and of the workers that it starts from now on. The first of them is the engine,
 * the others are execution environments.
 */
export function createMemoryProbe(): () => Promise<Omit<HeapSample, 'items'>> {
  const workers = new Set<Worker>();
  process.on('worker', (worker) => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  });

  return async () => {
    // A worker that ends meanwhile has no statistics.
    const found = await Promise.allSettled([...workers].map((worker) => worker.getHeapStatistics()));
    const [engine, ...functions] = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const main = getHeapStatistics();
    const sum = (heaps: readonly (HeapInfo | undefined)[], of: keyof HeapInfo) =>
      heaps.reduce((total, heap) => total + (heap?.[of] ?? 0), 0) / MB;
    return {
      main: sum([main], 'used_heap_size'),
      engine: sum([engine], 'used_heap_size'),
      functions: sum(functions, 'used_heap_size'),
      reserved: sum([main, engine, ...functions], 'total_heap_size'),
      external: sum([main, engine, ...functions], 'external_memory'),
      environments: functions.length,
    };
  };
}
