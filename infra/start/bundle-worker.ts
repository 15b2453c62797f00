import { parentPort, workerData } from 'node:worker_threads';
import { bundleFunctions } from '../build/bundle.ts';
import { type CodeError, readBuildFailure } from './code-error.ts';

/** Undefined when every function is bundled. */
export type BundleResult = readonly CodeError[] | undefined;

/** Bundles all functions. A thread of its own loads the route table as it is on the disk now. */
let result: BundleResult;
try {
  bundleFunctions(workerData.outdir);
} catch (error) {
  result = readBuildFailure(error);
  if (!result) throw error;
}
parentPort?.postMessage(result);
