import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { findPython, installPackages } from '../deploy/python.ts';
import { installOnce } from '../support/install-once.ts';
import { projectDir } from '../support/local-process.ts';
import { fetchJars } from '../support/maven.ts';

/** The programs of one language, from its registry. */
export interface Tools {
  /** What this machine lacks; undefined when it has everything. */
  readonly missing: string | undefined;
  /** Installs the programs at the first call. Gives the environment variables that a command needs to find them. */
  install(): Readonly<Record<string, string>>;
  /** The version of a program, from the manifest. */
  versionOf(name: string): string;
}

const manifest = (name: string) => join(import.meta.dirname, 'tools', name);
const runs = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const withPath = (...folders: string[]) => ({ PATH: [...folders, process.env.PATH].join(delimiter) });

/** Finds a version in a manifest with a pattern, in which NAME stands for the name of the program. */
const versionIn = (file: string, pattern: string) => (name: string) => {
  const [, version] = new RegExp(pattern.replace('NAME', name)).exec(readFileSync(file, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${file} has no ${name}.`);
  return version;
};

/** The lockfile has all packages. Their install scripts do not run. */
export const npm: Tools = {
  missing: undefined,
  install() {
    const manifests = [manifest('package.json'), manifest('package-lock.json')];
    const folder = installOnce('client-tools', manifests, (unfinished) => {
      mkdirSync(unfinished, { recursive: true });
      for (const file of manifests) cpSync(file, join(unfinished, basename(file)));
      execFileSync('npm', ['ci', '--prefix', unfinished, '--ignore-scripts'], {
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      });
    });
    // The compiler is this project's: that of the tools is an older one, which @hey-api/openapi-ts calls.
    return withPath(join(projectDir, 'node_modules/.bin'), join(folder, 'node_modules/.bin'));
  },
  versionOf: versionIn(manifest('package.json'), '"NAME": "(.+)"'),
};

const python3 = findPython(11);

export const python: Tools = {
  missing: python3 === undefined ? 'Python 3.11 or later' : undefined,
  install: () => withPath(dirname(installPackages(String(python3), manifest('requirements.txt')))),
  versionOf: versionIn(manifest('requirements.txt'), 'NAME==(.+)'),
};

/** OpenAPI Generator is a program in Java, whatever it generates. */
export const java: Tools = {
  missing: runs('java', '-version') && runs('mvn', '-version') ? undefined : 'Java 17 or later and Maven',
  install: () => ({ CLASSPATH: join(fetchJars('openapi-generator', manifest('pom.xml')), '*') }),
  versionOf: versionIn(manifest('pom.xml'), '<artifactId>NAME</artifactId>\\s*<version>(.+)</version>'),
};

const goModule = join(import.meta.dirname, 'programs/oapi-codegen/go.mod');

/** Go installs what go.mod names when a command needs it. */
export const go: Tools = {
  missing: runs('go', 'version') ? undefined : 'Go',
  install: () => ({}),
  versionOf: versionIn(goModule, 'NAME/v2 v(\\S+)'),
};
