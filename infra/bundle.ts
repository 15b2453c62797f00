import { join } from 'node:path';
import { type BuildOptions, build, buildSync } from 'esbuild';
import { routes } from '../functions/routes.ts';

/** The id of the function that authorizes; the other functions have the ids of their routes. */
export const AUTHORIZER_ID = 'authorizer';

const functionsDir = join(import.meta.dirname, '../functions');

/** The source file of each function, by its id. */
const entries: Readonly<Record<string, string>> = Object.fromEntries(
  [{ id: AUTHORIZER_ID, entry: 'authorizer/handler.ts' }, ...routes].map(({ id, entry }) => [
    id,
    join(functionsDir, entry),
  ]),
);

/**
 * How functions are bundled.
 * @param functions the source file of each function, by its id
 */
export function bundleOptions(functions: Readonly<Record<string, string>>, outdir: string): BuildOptions {
  return {
    entryPoints: Object.fromEntries(Object.entries(functions).map(([id, file]) => [`${id}/index`, file])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    // Packages that are only published as CommonJS call require(), which an ES module has to make for itself.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  };
}

/** The folder of a function's bundle, of which `index.handler` is the handler. */
export function bundleDir(outdir: string, functionId: string): string {
  return join(outdir, functionId);
}

/** The file with the code of a function's bundle. */
export function bundleFile(outdir: string, functionId: string): string {
  return join(bundleDir(outdir, functionId), 'index.mjs');
}

/**
 * Bundles all functions in one run of esbuild, each into the folder that `bundleDir` names.
 * @throws esbuild's BuildFailure when the code does not compile
 */
export function bundleFunctions(outdir: string): void {
  buildSync(bundleOptions(entries, outdir));
}

/** The same without blocking, for a server that goes on serving meanwhile. */
export async function rebundleFunctions(outdir: string): Promise<void> {
  await build(bundleOptions(entries, outdir));
}
