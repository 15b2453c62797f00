import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort, projectDir } from '../support/local-process.ts';
import { waitUntilUp } from '../support/wait-until-up.ts';

/**
 * Runs a command, the rest of the command line, beside Amazon's DynamoDB Local, whose address it gets as
 * DYNAMODB_ENDPOINT. Maven fetches DynamoDB Local once; it keeps its data in memory. It has no option to listen on
 * loopback only.
 */
const pom = join(import.meta.dirname, 'pom.xml');
const START_TIMEOUT_MS = 60_000;

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
    throw new Error(`${command} is needed: install Java 17 or later, and Maven.`, { cause: result.error });
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status}`);
}

async function main([command, ...args]: string[]): Promise<number | null> {
  if (command === undefined) throw new Error('Name a command to run, such as npm start.');
  const jars = fetchJars();
  run('java', ['-version']);
  const port = await freePort();
  const server = spawn(
    'java',
    [
      `-Djava.library.path=${jars}`,
      ...['-cp', join(jars, '*'), 'software.amazon.dynamodb.services.local.main.ServerRunner'],
      ...['-inMemory', '-disableTelemetry', '-port', port],
    ],
    { stdio: 'ignore' },
  );
  const DYNAMODB_ENDPOINT = `http://127.0.0.1:${port}`;
  try {
    await waitUntilUp(DYNAMODB_ENDPOINT, server, START_TIMEOUT_MS);
    const PATH = [join(projectDir, 'node_modules/.bin'), process.env.PATH].join(delimiter);
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, PATH, DYNAMODB_ENDPOINT },
    });
    const [exitCode] = await once(child, 'exit');
    return exitCode;
  } finally {
    server.kill();
  }
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ?? 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
