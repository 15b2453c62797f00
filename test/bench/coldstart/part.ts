import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Route, routes } from '../../../functions/routes.ts';
import { SWEEP_ID } from '../../../infra/build/bundle.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { certificateFile, startStubDynamoDb, whyNoHttps } from '../stub-dynamodb.ts';
import { BASELINE, type Bundle, bundleVariants } from './bundles.ts';
import { functionEnvironment, requestEvent, signInEvent } from './events.ts';

const ROUNDS = 15;
const probe = join(import.meta.dirname, 'probe.mjs');
const run = promisify(execFile);

/** The output of probe.mjs: milliseconds of wall-clock time and of CPU time. */
interface Sample {
  readonly load: number;
  readonly loadCpu: number;
  readonly first: number;
  readonly firstCpu: number;
  /** The HTTP status of a route, or the policy effect of the authorizer. */
  readonly status: number | string;
}

/** Each sample is a new process. It does what a new Lambda execution environment does after Node.js has started. */
export const coldStart: Part = {
  name: 'coldstart',
  section: 'Cold start',
  unavailable: async () => whyNoHttps(),
  async run() {
    const folder = temporaryFolder();
    const stub = await startStubDynamoDb(folder.path);
    try {
      const bundles = bundleVariants(folder.path);
      const events = writeEvents(folder.path, Object.keys(bundles));
      const environment = {
        ...functionEnvironment,
        AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
        NODE_EXTRA_CA_CERTS: certificateFile(folder.path),
      };
      const samples = await interleave(
        Object.fromEntries(
          Object.entries(bundles).map(([name, { file }]) => [
            name,
            () => start(file, events[name] as string, environment),
          ]),
        ),
        ROUNDS,
      );
      return { tables: [toTable(bundles, samples)] };
    } finally {
      await stub.close();
      folder.remove();
    }
  },
};

function writeEvents(folder: string, names: readonly string[]): Record<string, string> {
  const routeOf = new Map<string, Route>(routes.map((route) => [route.id, route]));
  return Object.fromEntries(
    names.map((name, i) => {
      const file = join(folder, `event-${i}.json`);
      const route = routeOf.get(name);
      const event = name === SWEEP_ID ? null : route ? requestEvent(route) : signInEvent();
      writeFileSync(file, JSON.stringify(event));
      return [name, file];
    }),
  );
}

/** Pins the process to one processor if `taskset` exists, because a small function has less than one processor. */
const pin = existsSync('/usr/bin/taskset') ? ['taskset', '-c', '0'] : [];

async function start(bundle: string, event: string, env: NodeJS.ProcessEnv): Promise<Sample> {
  const [command = '', ...args] = [...pin, process.execPath, probe, bundle, event];
  const { stdout } = await run(command, args, {
    env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: dirname(bundle), ...env },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) as string);
}

/** The stub always sends the same todo. Some routes need other data, so their request fails and its time means nothing. */
function hasSucceeded(samples: readonly Sample[] = []): boolean {
  return samples.every(({ status }) => typeof status !== 'number' || status < 400);
}

function toTable(
  bundles: Readonly<Record<string, Bundle>>,
  samples: Readonly<Record<string, readonly Sample[]>>,
): ResultTable {
  const medians = (name: string) => {
    const of = (value: (sample: Sample) => number) => median((samples[name] ?? []).map(value));
    return {
      load: of(({ load }) => load),
      loadCpu: of(({ loadCpu }) => loadCpu),
      both: of(({ load, first }) => load + first),
      bothCpu: of(({ loadCpu, firstCpu }) => loadCpu + firstCpu),
    };
  };
  const baseline = medians(BASELINE);
  return {
    title: 'A new process: load the bundle, respond to the first request',
    columns: [
      '',
      'KB',
      'load ms',
      '× (b)',
      'load CPU ms',
      '× (b)',
      'load + first request ms',
      '× (b)',
      'CPU ms',
      '× (b)',
    ],
    rows: Object.entries(bundles).map(([name, { bytes }]) => {
      const { load, loadCpu, both, bothCpu } = medians(name);
      return [
        name,
        (bytes / 1024).toFixed(0),
        ...[load.toFixed(1), ratio(load, baseline.load)],
        ...[loadCpu.toFixed(1), ratio(loadCpu, baseline.loadCpu)],
        ...(name === SWEEP_ID || !hasSucceeded(samples[name])
          ? ['', '', '', '']
          : [
              ...[both.toFixed(1), ratio(both, baseline.both)],
              ...[bothCpu.toFixed(1), ratio(bothCpu, baseline.bothCpu)],
            ]),
      ];
    }),
    note: `Medians of ${ROUNDS} processes each, all variants in turn${pin.length > 0 ? ', each pinned to one processor' : ''}. A stub of DynamoDB responds at once, over TLS. A cell is empty if the function handles no request, or if its request fails with the data of the stub.`,
  };
}
