import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';

const GIGABYTE = 1024 ** 3;

/** Describes the machine and the versions of the software, which a reader needs to compare results. */
export function describeMachine(): string {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  const versions = Object.entries({ ...dependencies, esbuild: devDependencies.esbuild })
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / GIGABYTE)} GB`;
  return `${availableParallelism()} × ${cpu}, ${memory}, ${platform()} ${release()}; Node.js ${process.versions.node}; ${versions}`;
}
