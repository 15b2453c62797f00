import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { AUTHORIZER_ID, bundleOptions, entryPoints } from '../../infra/build/bundle.ts';
import { projectDir } from '../support/local-process.ts';
import {
  findDependency,
  type LockedPackage,
  lockfileVersion,
  nameOf,
  packages,
  readJson,
  registryPackages,
} from '../support/supply-chain/lockfile.ts';
import { secretsIn } from '../support/supply-chain/secrets.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface RootManifest extends Manifest {
  readonly workspaces: readonly string[];
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
const root = readJson<RootManifest>('package.json');

/** The root and the workspaces, by the folder that each has in the lockfile. */
const manifests = ['', ...root.workspaces].map((folder) => ({
  folder,
  manifest: readJson<Manifest>(join(folder, 'package.json')),
}));
const wantedBy = ({ dependencies, devDependencies, optionalDependencies }: Manifest) =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

describe('the workspaces', () => {
  it('are the local deployment, the benchmarks and the typed client', () => {
    expect(root.workspaces).toEqual(['infra/local', 'test/bench', 'test/client']);
  });
});

describe.each(manifests)('the dependencies of /$folder', ({ folder, manifest }) => {
  it('have exact versions, which are the ones in the lockfile', () => {
    expect(wantedBy(manifest).length).toBeGreaterThan(0);
    for (const [name, version] of wantedBy(manifest)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(packages[findDependency(folder, name) ?? '']?.version, name).toBe(version);
    }
  });

  it('are in the lockfile as the manifest has them', () => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
    const locked = { dependencies: {}, devDependencies: {}, optionalDependencies: {}, ...packages[folder] };
    expect(locked).toMatchObject({ dependencies, devDependencies, optionalDependencies });
  });
});

describe('a package that several workspaces depend on', () => {
  // TypeScript is the exception: openapi-typescript, in test/client, calls the compiler of version 5.
  it('has one version', () => {
    const versions = new Map<string, Set<string>>();
    for (const [name, version] of manifests.flatMap(({ manifest }) => wantedBy(manifest))) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
    const several = [...versions].filter(([, set]) => set.size > 1).map(([name]) => name);
    expect(several).toEqual(['typescript']);
  });
});

describe('the lockfile', () => {
  it('has a digest of every package that comes from a registry', () => {
    expect(lockfileVersion).toBe(3);
    expect(registryPackages.length).toBeGreaterThan(100);
    for (const [folder, { integrity, version }] of registryPackages) {
      expect(integrity, folder).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
      expect(version, folder).toMatch(/^\d+\.\d+\.\d+/);
    }
  });

  it('names only the public registry as a source', () => {
    const places = registryPackages.flatMap(([, { resolved }]) => resolved ?? []);
    expect(places.filter((place) => !place.startsWith('https://registry.npmjs.org/'))).toEqual([]);
  });

  it('has every dependency of every package, also those that only other platforms install', () => {
    const missing = Object.entries(packages)
      .filter(([, { link, inBundle }]) => !link && !inBundle)
      .flatMap(
        ([
          folder,
          { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta = {} },
        ]) => {
          const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
          const needed = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
          return needed
            .filter((name) => findDependency(folder, name) === undefined)
            .map((name) => `${folder}: ${name}`);
        },
      );
    expect(missing).toEqual([]);
  });

  it.each(['darwin-arm64', 'darwin-x64', 'linux-x64', 'linux-arm64', 'win32-x64'])(
    'has the binaries of the tools for each platform: %s',
    (platform) => {
      const names = registryPackages.map(([folder]) => nameOf(folder));
      for (const tool of ['@esbuild/', '@biomejs/cli-', '@typescript/typescript-']) {
        expect(names).toContain(`${tool}${platform}`);
      }
    },
  );
});

describe.each(['test/mutation', 'test/clients/tools', 'infra/auth0'])(
  'the lockfile of %s, which is no workspace,',
  (place) => {
    const lockfile = readJson<{ packages: Readonly<Record<string, LockedPackage>> }>(
      join(place, 'package-lock.json'),
    );
    const { '': locked, ...installed } = lockfile.packages;

    it('has the exact versions of the manifest', () => {
      const manifest = readJson<Manifest>(join(place, 'package.json'));
      expect(locked?.devDependencies).toEqual(manifest.devDependencies);
      for (const [name, version] of wantedBy(manifest)) {
        expect(installed[`node_modules/${name}`]?.version, name).toBe(version);
      }
    });

    it('has a digest of every package, and names no other place', () => {
      for (const [folder, { integrity, resolved }] of Object.entries(installed)) {
        expect(integrity, folder).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
        expect(resolved ?? 'https://registry.npmjs.org/', folder).toMatch(
          /^https:\/\/registry\.npmjs\.org\//,
        );
      }
    });

    it('has no package that runs a script: those that have one are forbidden by name', () => {
      const { allowScripts = {} } = readJson<Partial<RootManifest>>(join(place, 'package.json'));
      const withScripts = Object.entries(installed).filter(([, { hasInstallScript }]) => hasInstallScript);
      expect(allowScripts).toEqual(
        Object.fromEntries(withScripts.map(([folder]) => [nameOf(folder), false])),
      );
    });
  },
);

describe('install scripts', () => {
  it('are allowed or forbidden by name, for exactly the packages that have one', () => {
    const withScripts = registryPackages.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = [...new Set(withScripts.map(([folder]) => nameOf(folder)))].sort();
    expect(Object.keys(root.allowScripts).sort()).toEqual(names);
  });

  it('run only for the packages that need a binary for this platform', () => {
    const allowed = Object.keys(root.allowScripts).filter((name) => root.allowScripts[name]);
    expect(allowed.sort()).toEqual(['classic-level', 'node']);
  });
});

/** The packages in the bundles. Every cold start pays for an addition, and an addition can read every token. */
const bundled: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/commons': 'MIT-0',
  '@aws-lambda-powertools/logger': 'MIT-0',
  '@aws-sdk/client-dynamodb': 'Apache-2.0',
  '@aws-sdk/core': 'Apache-2.0',
  '@aws-sdk/credential-provider-env': 'Apache-2.0',
  '@aws-sdk/dynamodb-codec': 'Apache-2.0',
  '@aws-sdk/lib-dynamodb': 'Apache-2.0',
  '@aws-sdk/middleware-endpoint-discovery': 'Apache-2.0',
  '@aws-sdk/util-dynamodb': 'Apache-2.0',
  '@aws/lambda-invoke-store': 'Apache-2.0',
  '@smithy/core': 'Apache-2.0',
  '@smithy/node-http-handler': 'Apache-2.0',
  '@smithy/signature-v4': 'Apache-2.0',
  '@smithy/types': 'Apache-2.0',
  jose: 'MIT',
  zod: 'MIT',
};

describe('the bundles of the functions', () => {
  let metafile: Metafile;
  beforeAll(async () => {
    const options = { absWorkingDir: projectDir, metafile: true, write: false } as const;
    ({ metafile } = await build({ ...bundleOptions(entryPoints, 'out'), ...options }));
  });
  const packagesIn = (functionIds: readonly string[]) => {
    const inputs = functionIds.flatMap((id) =>
      Object.entries(metafile.outputs[`out/${id}/function.cjs`]?.inputs ?? {}),
    );
    const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
    const names = used.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
    return [...new Set(names)].sort();
  };

  it('hold the packages of a short list and no other', () => {
    expect(packagesIn(Object.keys(entryPoints))).toEqual(Object.keys(bundled).sort());
  });

  it('have no package that their function does not need: no zod in the authorizer, no jose in the routes', () => {
    const others = Object.keys(entryPoints).filter((id) => id !== AUTHORIZER_ID);
    expect(packagesIn([AUTHORIZER_ID])).toContain('jose');
    expect(packagesIn([AUTHORIZER_ID])).not.toContain('zod');
    expect(packagesIn(others)).toContain('zod');
    expect(packagesIn(others)).not.toContain('jose');
  });

  it('hold packages with these licenses', () => {
    for (const [name, license] of Object.entries(bundled)) {
      expect(packages[`node_modules/${name}`]?.license, name).toBe(license);
    }
  });
});

/** The licenses that development tools may have. They are not distributed with this code. */
const compatible = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['Python-2.0', 'CC0-1.0', 'Unlicense', 'MPL-2.0', 'Zlib'],
]);

/** Packages without a license in their manifest, and the license that their text is. */
const readByHand: Readonly<Record<string, string>> = { limiter: 'MIT' };

describe('licenses', () => {
  const licenseOf = ([folder, { license }]: [string, LockedPackage]) =>
    license ?? readByHand[nameOf(folder)] ?? 'none';

  it('of all packages are compatible with this code’s', () => {
    const others = registryPackages.filter((entry) => {
      const choices = licenseOf(entry).replace(/[()]/g, '').split(' OR ');
      return !choices.some((choice) => choice.split(' AND ').every((license) => compatible.has(license)));
    });
    expect(others.map((entry) => `${entry[0]}: ${licenseOf(entry)}`)).toEqual([]);
  });
});

describe('secrets', () => {
  it('are in no file of the repository', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: projectDir, encoding: 'utf8' }).split('\0');
    const tracked = files.filter(Boolean);
    expect(tracked.length).toBeGreaterThan(100);
    const found = tracked.flatMap((file) =>
      secretsIn(readFileSync(join(projectDir, file), 'utf8')).map((kind) => `${kind} in ${file}`),
    );
    expect(found).toEqual([]);
  });

  // Built at run time, so that this file holds no such text.
  const random = (length: number) => randomBytes(length).toString('hex').slice(0, length).toUpperCase();
  it.each([
    ['a private key', ['-----BEGIN ', 'PRIVATE KEY-----']],
    ['a private key', ['-----BEGIN RSA ', 'PRIVATE KEY-----']],
    ['a private JWK', ['"d":', `"${random(64)}"`]],
    ['a signed token', ['eyJ', `${random(30)}.eyJ${random(30)}.${random(40)}`]],
    ['an access key of AWS', ['AKIA', 'ABCDEFGHIJKLMNOP']],
    ['a secret key of AWS', ['aws_secret_access_key = ', random(40)]],
    ['a token of GitHub', ['ghp_', random(36)]],
    ['a token of npm', ['//registry.npmjs.org/:_auth', `Token=${random(36)}`]],
    ['a key of Google', ['AIza', random(35)]],
    ['a token of Slack', ['xoxb-', random(20)]],
    ['a client secret of Auth0', ['client_secret: ', random(64)]],
    ['a password in an address', ['https://user:', 'hunter2hunter2@example.com']],
  ])('would be found: %s', (kind, parts) => {
    expect(secretsIn(`const value = '${parts.join('')}';`)).toContain(kind);
  });
});

describe('updates of dependencies', () => {
  interface Renovate {
    readonly minimumReleaseAge: string;
    readonly packageRules: readonly {
      readonly matchPackageNames?: readonly string[];
      readonly groupName?: string;
    }[];
  }
  const renovate = readJson<Renovate>('.github/renovate.json');

  it('wait for a week, because most malicious releases are found within one', () => {
    expect(renovate.minimumReleaseAge).toBe('7 days');
  });

  it('name packages that the project has', () => {
    const named = renovate.packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames);
    const wanted = manifests.flatMap(({ manifest }) => wantedBy(manifest).map(([name]) => name));
    for (const name of named) expect(wanted).toContain(name.replace(/^!/, ''));
  });
});
