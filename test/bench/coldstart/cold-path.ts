import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { whyNoCertificate } from '../certificate.ts';
import { environmentOf } from '../environment.ts';
import { MEASURED, pinned } from '../processors.ts';
import { type Bundle, bundleVariants } from './bundles.ts';
import { startEngine } from './engine.ts';
import { createProcessorShare, type ProcessorShare } from './processor-share.ts';
import { createRequests, tables } from './requests.ts';

const probe = join(import.meta.dirname, 'probe.mjs');
const loadProbe = join(import.meta.dirname, 'load-probe.mjs');
const run = promisify(execFile);

/** A function of this size has one whole processor (Lambda guide, "Configure Lambda function memory"). */
export const WHOLE_PROCESSOR_MB = 1_769;

/** The times of one process in milliseconds. */
export interface ColdSample {
  /** The load of the module, until its top-level `await` is complete. */
  readonly start: number;
  readonly first: number;
  /** The CPU time of the first request, which is the same on a busy machine. */
  readonly firstCpu: number;
  readonly later: readonly number[];
  /** Resident megabytes. */
  readonly memory: number;
}

/** A module to measure, and the function whose requests it gets. */
export interface Variant {
  readonly module: string;
  readonly functionId: string;
}

/** The deployed functions, their alternatives, and an engine that they reach over TLS. */
export interface ColdPath {
  readonly bundles: Readonly<Record<string, Bundle>>;
  /**
   * Starts a process, and sends requests to its function.
   * @param memoryMb the size of the function, which sets its share of a processor from the first request on
   * @param requests how many requests follow the first one
   * @throws Error when a response is not the expected one
   */
  measure(variant: Variant, memoryMb: number, requests?: number): Promise<ColdSample>;
  /** Starts a process that only loads a module. @returns CPU milliseconds */
  measureLoad(variant: Variant): Promise<number>;
  close(): Promise<void>;
}

/** Returns the reason why the cold path cannot be measured on this machine; undefined if it can. */
export async function whyNoColdPath(): Promise<string | undefined> {
  try {
    createProcessorShare(1).remove();
    return whyNoCertificate();
  } catch {
    return 'it needs Linux and root to create control groups';
  }
}

/**
 * Bundles the functions, and starts the engine.
 * @param sizesMb the memory sizes that `measure` may get
 */
export async function openColdPath(sizesMb: readonly number[]): Promise<ColdPath> {
  await using resources = new AsyncDisposableStack();
  const folder = temporaryFolder();
  resources.defer(folder.remove);
  const engine = await startEngine(folder.path, tables);
  resources.defer(engine.stop);
  const shares = new Map<number, ProcessorShare>();
  for (const size of sizesMb) {
    const share = createProcessorShare(size / WHOLE_PROCESSOR_MB);
    resources.defer(share.remove);
    shares.set(size, share);
  }
  const bundles = bundleVariants(folder.path);
  const makeRequest = createRequests(engine.client);
  const eventFile = join(folder.path, 'event.json');

  /** Runs a probe in a new process. @returns the last line of its output */
  async function runProbe(
    script: string,
    { module, functionId }: Variant,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ) {
    const [command, ...rest] = pinned([process.execPath, script, module, ...args], MEASURED);
    const { stdout } = await run(command, rest, {
      env: {
        PATH: process.env.PATH,
        LAMBDA_TASK_ROOT: dirname(module),
        ...environmentOf(functionId),
        ...engine.environment,
        ...env,
      },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) as string);
  }

  const opened = resources.move();
  return {
    bundles,
    async measure(variant, memoryMb, requests = 0) {
      const { event, expected, tableName, check } = await makeRequest(variant.functionId);
      writeFileSync(eventFile, JSON.stringify(event));
      const { processesFile } = shares.get(memoryMb) as ProcessorShare;
      const args = [eventFile, processesFile, String(requests)];
      const { outcomes, ...sample } = await runProbe(probe, variant, args, { TABLE_NAME: tableName });
      if (outcomes.length !== requests + 1 || outcomes.some((outcome: unknown) => outcome !== expected)) {
        throw new Error(`${variant.module} returned ${outcomes.join()} and not ${expected}`);
      }
      await check?.();
      return sample;
    },
    measureLoad: (variant) => runProbe(loadProbe, variant),
    close: () => opened.disposeAsync(),
  };
}
