import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, buildSync } from 'esbuild';
import { routes } from '../../functions/routes.ts';

/** The ids of the functions that serve no route; the others have the ids of their routes. */
export const AUTHORIZER_ID = 'authorizer';
export const SWEEP_ID = 'sweepDeletions';

const functionsDir = join(import.meta.dirname, '../../functions');
const substitute = (name: string) => join(functionsDir, 'dynamodb/sdk', name);

/** The source file of each function, by its id. */
export const entryPoints: Readonly<Record<string, string>> = Object.fromEntries(
  [
    { id: AUTHORIZER_ID, entry: 'authorizer/handler.ts' },
    { id: SWEEP_ID, entry: 'sweep/handler.ts' },
    ...routes,
  ].map(({ id, entry }) => [id, join(functionsDir, entry)]),
);

/** The ids of all functions. */
export const functionIds: readonly string[] = Object.keys(entryPoints);

/**
 * How functions are bundled: for a fast cold start. What each choice gains stands in test/bench/RESULTS.md, and
 * test/infra/bundle.test.ts fails when an upgrade of the SDK makes one of them wrong or useless.
 * @param functions the source file of each function, by its id
 */
export function bundleOptions(functions: Readonly<Record<string, string>>, outdir: string): BuildOptions {
  return {
    entryPoints: Object.fromEntries(Object.entries(functions).map(([id, file]) => [`${id}/index`, file])),
    outdir,
    bundle: true,
    // CommonJS: an ES module that imports a module of Node.js reads all exports of it, also those that load
    // further modules when they are read. node:http would bring fetch along, node:fs streams and promises.
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // The ES modules of packages, of which what is not used is left out.
    mainFields: ['module', 'main'],
    // The last two together save 8 % of the load time of getTodo (2.5 of 32.5 ms), and 5 % of the authorizer's.
    alias: {
      '@aws-sdk/credential-provider-node': substitute('credential-provider-node.ts'),
      '@aws-sdk/endpoint-cache': substitute('endpoint-cache.ts'),
      'node:fs/promises': substitute('fs-promises.ts'),
    },
    // The SDK imports it when it is needed, which it never is: DynamoDB sends no event streams. In the bundle it
    // would make esbuild wrap every module that it shares, and keep the unused parts of these.
    external: ['@smithy/core/event-streams'],
    minify: true,
    // Beside the bundle, for the code in front of it, which reads the map when something failed.
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: codeOf('observability/source-maps.ts') },
    legalComments: 'none',
    logLevel: 'silent',
  };
}

/** The code of a file that stands by itself, and leaves no names behind. */
function codeOf(file: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(functionsDir, file)],
    bundle: true,
    format: 'iife',
    platform: 'node',
    target: 'node24',
    minify: true,
    write: false,
  });
  return outputFiles.map(({ text }) => text.trim()).join('');
}

/** The folder of a function's bundle, of which `index.handler` is the handler. */
export function bundleDir(outdir: string, functionId: string): string {
  return join(outdir, functionId);
}

/** The file with the code of a function's bundle. */
export function bundleFile(outdir: string, functionId: string): string {
  return join(bundleDir(outdir, functionId), 'index.js');
}

/**
 * Bundles all functions in one run of esbuild, each into the folder that `bundleDir` names.
 * @throws esbuild's BuildFailure when the code does not compile
 */
export function bundleFunctions(outdir: string): void {
  buildSync(bundleOptions(entryPoints, outdir));
  markAsCommonJs(outdir);
}

/** The same without blocking, for a server that goes on serving meanwhile. */
export async function rebundleFunctions(outdir: string): Promise<void> {
  await build(bundleOptions(entryPoints, outdir));
  markAsCommonJs(outdir);
}

/** Else the bundles would be of the type that the package.json around them names: here, ES modules. */
function markAsCommonJs(outdir: string): void {
  for (const id of Object.keys(entryPoints)) {
    writeFileSync(join(bundleDir(outdir, id), 'package.json'), '{"type":"commonjs"}\n');
  }
}
