import { demoClients } from '../../infra/start/demo.ts';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { serveControl } from '../support/control.ts';
import { startSystem } from '../support/system.ts';

/** The messages of the process under load to its parent: first its addresses, then its memory every second. */
export type SystemMessage =
  | {
      readonly type: 'ready';
      readonly apiUrl: string;
      readonly issuerUrl: string;
      readonly controlUrl: string;
    }
  | { readonly type: 'memory'; readonly residentMb: number; readonly heapMb: number }
  /** A line of the log that reports a failure. */
  | { readonly type: 'failure'; readonly line: string };

const MB = 1_048_576;
const tell = (message: SystemMessage) => process.send?.(message);

/** The whole local system runs in a separate process, so its memory is measured without that of the load. */
const system = await startSystem({
  issuer: { clients: demoClients, userinfoLimit: false },
  settings: ampleThrottle,
  onOutput: (line) => {
    if (/"level":"ERROR"|Uncaught|Unhandled/.test(line)) tell({ type: 'failure', line });
  },
});
const control = await serveControl(system.issuer);
tell({ type: 'ready', apiUrl: system.apiUrl, issuerUrl: system.issuer.url, controlUrl: control.url });

// The functions and the engine are threads of this process, so its resident set is that of the whole system.
const timer = setInterval(() => {
  const { rss, heapUsed } = process.memoryUsage();
  tell({ type: 'memory', residentMb: Math.round(rss / MB), heapMb: Math.round(heapUsed / MB) });
}, 1_000);

process.once('message', async () => {
  clearInterval(timer);
  await control.close();
  await system.close();
  process.disconnect();
});
