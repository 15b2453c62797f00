import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../local-process.ts';

/** An entry of `packages` in package-lock.json (version 3), by the folder that it is installed into. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  /** Published inside of another package. */
  readonly inBundle?: boolean;
  /** A workspace of this repository. */
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Of a workspace only: a package from the registry has none in the lockfile. */
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export const readJson = <Content>(path: string): Content =>
  JSON.parse(readFileSync(join(projectDir, path), 'utf8')) as Content;

const { lockfileVersion, packages } = readJson<{
  lockfileVersion: number;
  packages: Readonly<Record<string, LockedPackage>>;
}>('package-lock.json');

export { lockfileVersion, packages };

/** Every package that comes from a registry, by its folder. */
export const registryPackages = Object.entries(packages).filter(
  ([folder, { link, inBundle }]) => folder.includes('node_modules/') && !link && !inBundle,
);

export function nameOf(folder: string): string {
  return folder.split('node_modules/').at(-1) ?? folder;
}

/** The folder where a package finds another one, as Node.js looks for it. */
export function findDependency(from: string, name: string): string | undefined {
  for (let folder = from; ; ) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (folder === '') return undefined;
    const nested = folder.lastIndexOf('/node_modules/');
    folder = nested < 0 ? '' : folder.slice(0, nested);
  }
}
