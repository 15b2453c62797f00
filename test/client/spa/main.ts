import { once } from 'node:events';
import { UserError } from '../../../infra/local/user-error.ts';
import { print, runCommand } from '../../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../../infra/start/options.ts';
import { createPageServer } from './server.ts';

const HOST = '127.0.0.1';
const PORT = 3002;

const commandLine: CommandLine = {
  usage: 'npm run spa',
  summary: `Serves a front end at http://${HOST}:${PORT}, for the system that npm start runs.`,
};

/** `npm run spa`: serves the page for the system that `npm start` runs. */
await runCommand(async ({ onStop }) => {
  readCommandLine(commandLine, process.argv.slice(2));
  const server = createPageServer().listen(PORT, HOST);
  onStop(() => server.closeAllConnections());
  await once(server, 'listening').catch((cause) => {
    throw new UserError(`Port ${PORT} is not free: stop what listens there.`, { cause });
  });
  print(`Open http://${HOST}:${PORT}. The page calls the addresses in test/client/spa/config.js.`);
}, 1_000);
