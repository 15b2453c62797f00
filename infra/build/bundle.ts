import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { routes } from '../../functions/routes.ts';
import { CODE_FILE } from './code-file.ts';

/** The ids of the two functions that serve no route. Every other function has the id of its route. */
export const AUTHORIZER_ID = 'authorizer';
export const SWEEP_ID = 'sweepDeletions';

const functionsDir = join(import.meta.dirname, '../../functions');
const substitute = (name: string) => join(functionsDir, 'dynamodb/sdk', name);

/** The source file of each function, by the function's id. */
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
 * The options that make bundles start fast. test/bench/RESULTS.md has the gain of each option. After an upgrade of the
 * SDK, test/infra/bundle.test.ts fails if an option is wrong or has no effect any more.
 * @param functions the source file of each function, by the function's id
 */
export function bundleOptions(functions: Readonly<Record<string, string>>, outdir: string): BuildOptions {
  return {
    entryPoints: Object.fromEntries(Object.entries(functions).map(([id, file]) => [`${id}/function`, file])),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    // CommonJS, because an ES module reads all exports of a Node.js module that it imports. Some exports load further
    // modules when they are read: node:http loads fetch, and node:fs loads streams and promises. `ENTRY` is an ES
    // module that imports nothing.
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // Prefers the ES modules of packages, because esbuild can remove their unused parts.
    mainFields: ['module', 'main'],
    // The last two together save 8 % of the load time of getTodo (2.5 of 32.5 ms), and 5 % of the authorizer's.
    alias: {
      '@aws-sdk/credential-provider-node': substitute('credential-provider-node.ts'),
      '@aws-sdk/endpoint-cache': substitute('endpoint-cache.ts'),
      'node:fs/promises': substitute('fs-promises.ts'),
    },
    // The SDK imports this module on demand, and never for DynamoDB, which has no event streams. If it were bundled,
    // esbuild would wrap every module that it shares with the rest, and keep their unused parts.
    external: ['@smithy/core/event-streams'],
    minify: true,
    // A file beside the bundle. The code in `banner` reads it only when an error is logged.
    sourcemap: 'external',
    sourcesContent: false,
    banner: { js: codeOf('observability/source-maps.ts') },
    legalComments: 'none',
    logLevel: 'silent',
  };
}

/** The code of a file as one function expression, so that it adds no global names. */
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

/** The folder of a function's bundle. Its handler is `index.handler`. */
export function bundleDir(outdir: string, functionId: string): string {
  return join(outdir, functionId);
}

/** The module that Lambda loads: an ES module, so load it with `import`. It is ready when the import is complete. */
export function bundleFile(outdir: string, functionId: string): string {
  return join(bundleDir(outdir, functionId), 'index.mjs');
}

/**
 * The module that Lambda loads. It waits until the handler is primed (functions/priming.ts). Only an ES module can
 * wait: Lambda freezes the function as soon as a CommonJS module is loaded. Lambda tries `index.js` before `index.mjs`.
 * Source: "Using ES modules and AWS SDK for JavaScript v3 top-level await" in the Lambda developer guide.
 */
const ENTRY = `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
export const { handler } = require('./${CODE_FILE}');
await handler.prime?.();
`;

/**
 * Bundles functions in one run of esbuild, each into its `bundleDir`.
 * @param functions the source file of each function, by the function's id. All functions by default
 * @throws {BuildFailure} from esbuild, when the code does not compile
 */
export function bundleFunctions(outdir: string, functions = entryPoints): void {
  buildSync(bundleOptions(functions, outdir));
  for (const id of Object.keys(functions)) writeFileSync(bundleFile(outdir, id), ENTRY);
}
