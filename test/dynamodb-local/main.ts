import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../../infra/local/user-error.ts';
import { type Lifetime, runCommand } from '../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../infra/start/options.ts';
import { freePort, projectDir } from '../support/local-process.ts';
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

/** Downloads DynamoDB Local with Maven at the first call. Gives the folder of its jar files. */
function fetchJars(): string {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16);
  const folder = join(projectDir, 'node_modules/.cache/dynamodb-local', version);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  run('mvn', [
    '--batch-mode',
    '--quiet',
    '--file',
    pom,
    'dependency:copy-dependencies',
    `-DoutputDirectory=${unfinished}`,
  ]);
  renameSync(unfinished, folder);
  return folder;
}

function run(command: string, args: string[]): void {
  const result = spawnSync(command, args, { stdio: 'inherit' });
  if (result.error)
    throw new UserError(`${command} is missing: install Java 17 or later, and Maven.`, {
      cause: result.error,
    });
  if (result.status !== 0) throw new UserError(`${command} failed with exit code ${result.status}.`);
}

async function main(lifetime: Lifetime): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined || command.startsWith('-')) {
    readCommandLine(commandLine, command === undefined ? [] : [command]);
    throw new UserError('Name a command to run, such as "npm start".');
  }
  const jars = fetchJars();
  run('java', ['-version']);
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
