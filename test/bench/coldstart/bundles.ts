import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { AUTHORIZER_ID, bundleFile, bundleFunctions, functionIds } from '../../../infra/build/bundle.ts';
import { CODE_FILE } from '../../../infra/build/code-file.ts';
import { bundles, synthesizeTemplate } from '../../support/stack.ts';

export interface Bundle {
  /** The module that Lambda loads. */
  readonly module: string;
  /** The file that has the code. To load it primes nothing. */
  readonly code: string;
  /** The function whose requests it takes. */
  readonly functionId: string;
}

/** The baseline of all ratios. */
export const BASELINE = '(b) AWS SDK only';

/** The functions that are also measured without priming. */
export const PRIMED = ['getTodo', 'createTodo', AUTHORIZER_ID];

const alternative = (name: string) => join(import.meta.dirname, 'alternatives', `${name}.ts`);

/** The usual options to bundle an ES module for Node.js: minified, from the ES modules of the packages. */
const plain: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'silent',
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
};

/**
 * Bundles every function as it is deployed, and the alternatives.
 * @param outdir for the alternatives
 * @returns the bundles, by their names in the tables
 */
export function bundleVariants(outdir: string): Record<string, Bundle> {
  const plainly = (name: string, options: BuildOptions = {}): Bundle => {
    const outfile = join(outdir, name, options.format === 'cjs' ? 'index.cjs' : 'index.mjs');
    buildSync({ ...plain, entryPoints: [alternative(name)], outfile, ...options });
    return { module: outfile, code: outfile, functionId: 'getTodo' };
  };
  const ours = (folder: string, name: string, functionId: string): Bundle => {
    const module = bundleFile(folder, name);
    return { module, code: join(dirname(module), CODE_FILE), functionId };
  };
  const likeOurs = (name: string) => {
    bundleFunctions(outdir, { [name]: alternative(name) });
    return ours(outdir, name, AUTHORIZER_ID);
  };
  // The synthesis writes the files of the documentation beside the code.
  synthesizeTemplate();
  return {
    '(a) empty function': plainly('empty'),
    [BASELINE]: plainly('sdk'),
    '(b) as CommonJS': plainly('sdk', { format: 'cjs', banner: {} }),
    ...Object.fromEntries(functionIds.map((id) => [id, ours(bundles(), id, id)])),
    '(c) authorizer on jsonwebtoken + jwks-rsa': likeOurs('jsonwebtoken'),
    '(c) authorizer on aws-jwt-verify': likeOurs('aws-jwt-verify'),
  };
}

/** The name of a function's code as a variant of its own. */
export function unprimed(functionId: string): string {
  return `${functionId}, not primed`;
}

/** Adds the code of some functions as variants of their own. Lambda never loads the code alone, without priming it. */
export function withUnprimed(bundles: Readonly<Record<string, Bundle>>): [string, Bundle][] {
  return Object.entries(bundles).flatMap(([name, bundle]): [string, Bundle][] => [
    [name, bundle],
    ...(PRIMED.includes(name)
      ? [[unprimed(name), { ...bundle, module: bundle.code }] as [string, Bundle]]
      : []),
  ]);
}
