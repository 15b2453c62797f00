import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { demoClients } from '../../infra/start/demo.ts';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { serveControl } from '../support/control.ts';
import { startSystem } from '../support/system.ts';
import type { MemorySample } from './memory-curve.ts';
import { createMemoryProbe } from './memory-probe.ts';
import { applyTimeToLive } from './time-to-live.ts';

/** The messages of the process under load to its parent: first its addresses, then its memory every second. */
export type SystemMessage =
  | {
      readonly type: 'ready';
      readonly apiUrl: string;
      readonly issuerUrl: string;
      readonly controlUrl: string;
    }
  | { readonly type: 'memory'; readonly sample: MemorySample }
  /** What failed: a line of the log, or an error of the measurement. */
  | { readonly type: 'failure'; readonly line: string };

const MB = 1_048_576;
const tell = (message: SystemMessage): void => void process.send?.(message);

/** How often the heaps are measured and the items are counted. The resident memory is measured every second. */
const HEAPS_EVERY_SECONDS = 10;

/** The whole local system runs in a separate process, so its memory is measured without that of the load. */
const measureHeaps = createMemoryProbe();
const system = await startSystem({
  issuer: { clients: demoClients, userinfoLimit: false },
  settings: ampleThrottle,
  onOutput: (line) => {
    if (/"level":"ERROR"|Uncaught|Unhandled/.test(line)) tell({ type: 'failure', line });
  },
});
const control = await serveControl(system.issuer);
tell({ type: 'ready', apiUrl: system.apiUrl, issuerUrl: system.issuer.url, controlUrl: control.url });

const { tables, region } = system.deployment.deployment;
const client = new DynamoDBClient({
  endpoint: system.dynamoDbEndpoint,
  region,
  credentials: localCredentials,
});

async function measure(withHeaps: boolean): Promise<void> {
  const sample = {
    second: Math.round((performance.now() - startedAt) / 1_000),
    residentMb: process.memoryUsage.rss() / MB,
  };
  if (!withHeaps) return tell({ type: 'memory', sample });
  let items = 0;
  for (const { name } of tables) items += await applyTimeToLive(client, name, Date.now());
  tell({ type: 'memory', sample: { ...sample, heaps: { ...(await measureHeaps()), items } } });
}

const startedAt = performance.now();
let seconds = 0;
let heaps = Promise.resolve();
// The functions and the engine are threads of this process, so its resident set is that of the whole system.
const timer = setInterval(() => {
  // One after the other: on a busy machine, a scan may take longer than the time until the next one.
  if (seconds % HEAPS_EVERY_SECONDS === 0) {
    heaps = heaps
      .then(() => measure(true))
      .catch((error) => tell({ type: 'failure', line: `The memory was not measured: ${error}` }));
  } else void measure(false);
  seconds += 1;
}, 1_000);

process.once('message', async () => {
  clearInterval(timer);
  await heaps;
  client.destroy();
  await control.close();
  await system.close();
  process.disconnect();
});
