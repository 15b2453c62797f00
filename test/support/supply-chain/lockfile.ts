import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../local-process.ts';

/** An entry of `packages` in package-lock.json (version 3). Its key is the folder of the package. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  /** The package is published inside another package. */
  readonly inBundle?: boolean;
  /** The package is a workspace of this repository. */
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Only workspaces have these. The lockfile has none for a package from the registry. */
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

/** The packages that come from a registry, each with its folder. */
export const registryPackages = Object.entries(packages).filter(
  ([folder, { link, inBundle }]) => folder.includes('node_modules/') && !link && !inBundle,
);

export function nameOf(folder: string): string {
  return folder.split('node_modules/').at(-1) ?? folder;
}

/** The folder of the package that an import in the folder `from` finds, as Node.js resolves it. */
export function findDependency(from: string, name: string): string | undefined {
  for (let folder = from; ; ) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (folder === '') return undefined;
    const nested = folder.lastIndexOf('/node_modules/');
    folder = nested < 0 ? '' : folder.slice(0, nested);
  }
}
