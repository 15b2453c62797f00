import { isBuiltin } from 'node:module';
import { buildSync, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { bundleOptions, entryPoints } from '../../infra/build/bundle.ts';

const options = { ...bundleOptions(entryPoints, 'out'), metafile: true, write: false };
const { outputs, inputs } = buildSync(options).metafile as Metafile;

type Output = Metafile['outputs'][string];

/** The bundles by the id of their function. */
const bundles: ReadonlyMap<string, Output> = new Map(
  Object.keys(entryPoints).map((id) => [id, outputs[`out/${id}/function.cjs`] as Output]),
);

/** The files that have code in a bundle. */
function filesOf(id: string): string[] {
  const inputs = Object.entries(bundles.get(id)?.inputs ?? {});
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

function packagesOf(id: string): string[] {
  const names = filesOf(id).flatMap((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)];
}

const withData = routes.filter(({ actions }) => actions.length > 0).map(({ id }) => id);
const withoutData = routes.filter(({ actions }) => actions.length === 0).map(({ id }) => id);

describe.each([...bundles])('the bundle of %s', (_id, { imports }) => {
  it('loads nothing that is outside the bundle, except for modules of Node.js', () => {
    const outside = imports.filter(({ kind }) => kind !== 'dynamic-import');
    expect(outside.filter(({ path }) => !isBuiltin(path))).toEqual([]);
  });

  it('leaves out one module only, which DynamoDB never needs', () => {
    const outside = imports.filter(({ path }) => !isBuiltin(path)).map(({ path }) => path);
    for (const path of outside) expect(path).toBe('@smithy/core/event-streams');
  });

  it('loads no HTTP client and no streams of Node.js that it does not use', () => {
    const loaded = imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path);
    for (const unused of ['node:http', 'node:http2', 'node:zlib', 'node:fs/promises', 'node:child_process']) {
      expect(loaded).not.toContain(unused);
    }
  });
});

/** The bundles had 207 to 238 KB in November 2026. Every cold start pays for a larger one. */
const MAX_BYTES = 260 * 1024;

describe.each([...withData, 'authorizer'])('the bundle of %s, which uses DynamoDB,', (id) => {
  it('is small', () => {
    expect(bundles.get(id)?.bytes).toBeLessThan(MAX_BYTES);
  });

  it('has no package that only other environments need', () => {
    expect(packagesOf(id)).toEqual(
      expect.arrayContaining(['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@smithy/core']),
    );
    const needless =
      /credential-provider-(?!env)|nested-clients|token-providers|endpoint-cache|xml-builder|bowser|mnemonist/;
    expect(packagesOf(id).filter((name) => needless.test(name))).toEqual([]);
  });

  it('has the ES modules of the SDK without their unused parts', () => {
    const files = filesOf(id);
    expect(files.filter((file) => /@(aws-sdk|smithy)\/.*\/dist-cjs\//.test(file))).toEqual([]);
    expect(files.filter((file) => /commands\/(CreateTable|TransactWrite)/.test(file))).toEqual([]);
  });
});

describe('the bundle of a route', () => {
  it.each(withData)('%s has no code to verify tokens', (id) => {
    expect(packagesOf(id)).not.toContain('jose');
  });

  it('that does not use DynamoDB has no code of the AWS SDK', () => {
    expect(withoutData).toEqual(['getRoot', 'getOpenApi', 'getDocs', 'getDocsAsset']);
    for (const id of withoutData) {
      expect(packagesOf(id).filter((name) => /^@(aws-sdk|smithy)\//.test(name))).toEqual([]);
    }
  });
});

describe('a replacement for a part of the SDK', () => {
  const aliases = Object.keys(options.alias ?? {});
  const importersOf = (module: string) =>
    Object.entries(inputs).filter(([, { imports }]) =>
      imports.some(({ path, original = path }) => original === module),
    );

  it.each([...aliases, ...(options.external ?? [])])(
    'is still needed, because the SDK imports %s',
    (module) => {
      expect(importersOf(module)).not.toEqual([]);
    },
  );
});
