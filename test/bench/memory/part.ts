import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { routes } from '../../../functions/routes.ts';
import { AUTHORIZER_ID, bundleFile, bundleFunctions } from '../../../infra/build/bundle.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { functionEnvironment, requestEvent, signInEvent } from '../coldstart/events.ts';
import type { Part, ResultTable } from '../part.ts';
import { interleave, median, quantile } from '../statistics.ts';
import { certificateFile, startStubDynamoDb, whyNoHttps } from '../stub-dynamodb.ts';
import { createProcessorShare } from './processor-share.ts';

const ROUNDS = 7;
const REQUESTS = 30;
const DYNAMODB_LATENCY_MS = 3;
const functionIds = ['getTodo', 'createTodo', AUTHORIZER_ID];
const sizesMb = [128, 256, 512, 1_024, 1_769];

/** A function of this size has one whole processor (Lambda guide, "Configure Lambda function memory"). */
const WHOLE_PROCESSOR_MB = 1_769;
/** Dollars for a GB-second on arm64, and for a million requests, in us-east-1: https://aws.amazon.com/lambda/pricing/ */
const PRICE = { gbSecond: 0.0000133334, millionRequests: 0.2 };
/** The assumed share of cold starts. AWS states less than one in a hundred. */
const COLD_SHARE = 0.005;

const probe = join(import.meta.dirname, 'probe.mjs');
const run = promisify(execFile);

/** The output of probe.mjs, in milliseconds and megabytes. */
interface Sample {
  readonly load: number;
  readonly first: number;
  readonly later: readonly number[];
  readonly memory: number;
}

/** Measures time and price by memory size. Lambda gives a function CPU time in proportion to its memory. */
export const memory: Part = {
  name: 'memory',
  section: 'Memory and timeout',
  async unavailable() {
    try {
      createProcessorShare(1).remove();
      return whyNoHttps();
    } catch {
      return 'it needs Linux and root to create control groups';
    }
  },
  async run() {
    const folder = temporaryFolder();
    const stub = await startStubDynamoDb(folder.path, DYNAMODB_LATENCY_MS);
    const shares = sizesMb.map((size) => ({ size, share: createProcessorShare(size / WHOLE_PROCESSOR_MB) }));
    try {
      bundleFunctions(folder.path);
      const env = {
        ...functionEnvironment,
        AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
        NODE_EXTRA_CA_CERTS: certificateFile(folder.path),
      };
      const sample = async (id: string, processesFile: string): Promise<Sample> => {
        const eventFile = join(folder.path, `${id}.json`);
        const route = routes.find((each) => each.id === id);
        writeFileSync(eventFile, JSON.stringify(route ? requestEvent(route) : signInEvent()));
        const args = [probe, bundleFile(folder.path, id), eventFile, processesFile, String(REQUESTS)];
        const { stdout } = await run(process.execPath, args, { env });
        return JSON.parse(stdout.trim().split('\n').at(-1) as string);
      };
      const variants = functionIds.flatMap((id) =>
        shares.map(
          ({ size, share }) => [`${id}, ${size} MB`, () => sample(id, share.processesFile)] as const,
        ),
      );
      return { tables: [toTable(await interleave(Object.fromEntries(variants), ROUNDS))] };
    } finally {
      for (const { share } of shares) share.remove();
      await stub.close();
      folder.remove();
    }
  },
};

function toTable(samples: Readonly<Record<string, readonly Sample[]>>): ResultTable {
  return {
    title: 'Memory sizes',
    columns: ['', 'start ms', 'first request ms', 'then p50 ms', 'p99 ms', 'RSS MB', '$ a million requests'],
    rows: Object.entries(samples).map(([name, of]) => {
      const gigabytes = Number(/(\d+) MB/.exec(name)?.[1]) / 1024;
      const [load, first, rss] = [
        median(of.map((sample) => sample.load)),
        median(of.map((sample) => sample.first)),
        median(of.map((sample) => sample.memory)),
      ];
      const later = of.flatMap((sample) => sample.later);
      const p50 = median(later);
      const milliseconds = Math.ceil(p50) * (1 - COLD_SHARE) + Math.ceil(load + first) * COLD_SHARE;
      const dollars = PRICE.millionRequests + milliseconds * 1_000 * gigabytes * PRICE.gbSecond;
      const times = [load, first, p50, quantile(later, 0.99)].map((ms) => ms.toFixed(1));
      return [name, ...times, rss.toFixed(0), dollars.toFixed(2)];
    }),
    note: `Medians of ${ROUNDS} processes. Each sends ${REQUESTS} requests with pauses, over TLS, to a stub that responds after ${DYNAMODB_LATENCY_MS} ms. A control group limits each process to memory / ${WHOLE_PROCESSOR_MB} MB of a processor (periods of 20 ms). The limit starts when the bundle is loaded, because Lambda does not limit the start either. RSS is the memory of Node.js and the function, without the Lambda runtime. Dollars are list prices of arm64 in us-east-1, with ${COLD_SHARE * 100} % cold starts. Lambda bills the start too.`,
  };
}
