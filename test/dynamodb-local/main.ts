import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { UserError } from '../../infra/local/user-error.ts';
import { type Lifetime, runCommand } from '../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../infra/start/options.ts';
import { freePort, projectDir } from '../support/local-process.ts';
import { fetchJars, runJavaTool } from '../support/maven.ts';
import { waitUntilUp } from '../support/wait-until-up.ts';

const pom = join(import.meta.dirname, 'pom.xml');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

const commandLine: CommandLine = {
  usage: 'npm run dynamodb-local -- <command> [arguments of the command]',
  summary:
    "Starts Amazon's DynamoDB Local, and runs a command. DYNAMODB_ENDPOINT has the address for the command. Java 17 and Maven are needed. Maven downloads DynamoDB Local at the first run.",
  arguments: { command: 'A command to run, such as "npm start".' },
};

async function main(lifetime: Lifetime): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined || command.startsWith('-')) {
    readCommandLine(commandLine, command === undefined ? [] : [command]);
    throw new UserError('Name a command to run, such as "npm start".');
  }
  const jars = fetchJars('dynamodb-local', pom);
  runJavaTool('java', ['-version']);
  const port = await freePort();
  // The data stay in memory. DynamoDB Local has no option to listen on loopback only.
  const server = spawn(
    'java',
    [
      `-Djava.library.path=${jars}`,
      ...['-cp', join(jars, '*'), 'software.amazon.dynamodb.services.local.main.ServerRunner'],
      ...['-inMemory', '-disableTelemetry', '-port', port],
    ],
    { stdio: 'ignore' },
  );
  lifetime.onStop(() => void server.kill());
  const DYNAMODB_ENDPOINT = `http://127.0.0.1:${port}`;
  await waitUntilUp(DYNAMODB_ENDPOINT, server, START_TIMEOUT_MS);
  const PATH = [join(projectDir, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH, DYNAMODB_ENDPOINT },
  });
  const exited = once(child, 'exit');
  lifetime.onStop(async () => {
    child.kill();
    await exited;
  });
  const [exitCode] = await exited;
  await lifetime.stop(exitCode ?? 1);
}

await runCommand(main, STOP_TIMEOUT_MS);
