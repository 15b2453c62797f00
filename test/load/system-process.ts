import { demoClients } from '../../infra/start/demo.ts';
import { serveControl } from '../support/control.ts';
import { startSystem } from '../support/system.ts';

/** What the process under load tells its parent: where it is, then every second what it takes. */
export type SystemMessage =
  | {
      readonly type: 'ready';
      readonly apiUrl: string;
      readonly issuerUrl: string;
      readonly controlUrl: string;
    }
  | { readonly type: 'memory'; readonly residentMb: number; readonly heapMb: number }
  /** A line of the log that tells of a failure. */
  | { readonly type: 'failure'; readonly line: string };

const MB = 1_048_576;
const tell = (message: SystemMessage) => process.send?.(message);

/** The whole local system in a process of its own, so that what it takes is not mixed with what the load takes. */
const system = await startSystem({
  issuer: { clients: demoClients, userinfoLimit: false },
  onOutput: (line) => {
    if (/"level":"ERROR"|Uncaught|Unhandled/.test(line)) tell({ type: 'failure', line });
  },
});
const control = await serveControl(system.issuer);
tell({ type: 'ready', apiUrl: system.apiUrl, issuerUrl: system.issuer.url, controlUrl: control.url });

// The threads of the functions and of the engine are in this process, so its resident set is that of everything.
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
