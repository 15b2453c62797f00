import { spawnSync } from 'node:child_process';
import { UserError } from '../../infra/local/user-error.ts';
import { installOnce } from './install-once.ts';

/**
 * Downloads the dependencies of a pom.xml with Maven. They are reused until the file changes.
 * @returns the folder of the jar files
 * @throws {UserError} when Maven is missing or fails
 */
export function fetchJars(name: string, pom: string): string {
  return installOnce(name, [pom], (folder) =>
    runJavaTool('mvn', [
      '--batch-mode',
      '--quiet',
      '--file',
      pom,
      'dependency:copy-dependencies',
      `-DoutputDirectory=${folder}`,
    ]),
  );
}

/**
 * Runs a program of Java, with the output of this process.
 * @throws {UserError} when it is missing or fails
 */
export function runJavaTool(command: 'java' | 'mvn', args: string[]): void {
  const result = spawnSync(command, args, { stdio: 'inherit' });
  if (result.error)
    throw new UserError(`${command} is missing: install Java 17 or later, and Maven.`, {
      cause: result.error,
    });
  if (result.status !== 0) throw new UserError(`${command} failed with exit code ${result.status}.`);
}
