import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundleDir, bundleFile, bundleFunctions, functionIds } from '../../../infra/build/bundle.ts';
import { CODE_FILE } from '../../../infra/build/code-file.ts';
import { readStage } from '../../../infra/config/stages.ts';
import { writeDocs } from '../../../infra/docs/write-docs.ts';
import { AUDIENCE, ISSUER_DOMAIN } from './events.ts';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

/** The baseline of all ratios. */
export const BASELINE = '(b) AWS SDK only';

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
 * @returns the bundles, by their names in the tables
 */
export function bundleVariants(outdir: string): Record<string, Bundle> {
  const plainly = (name: string, options: BuildOptions = {}) => {
    const outfile = join(outdir, name, options.format === 'cjs' ? 'index.cjs' : 'index.mjs');
    buildSync({ ...plain, entryPoints: [alternative(name)], outfile, ...options });
    return toBundle(outfile);
  };
  const likeOurs = (name: string) => {
    bundleFunctions(outdir, { [name]: alternative(name) });
    return ours(name);
  };
  const ours = (name: string) => toBundle(bundleFile(outdir, name), join(bundleDir(outdir, name), CODE_FILE));
  bundleFunctions(outdir);
  writeDocs(outdir, {
    auth0Domain: ISSUER_DOMAIN,
    audience: AUDIENCE,
    requireScopes: false,
    docs: true,
    docsClientId: undefined,
    stage: readStage('sandbox'),
    domain: undefined,
  });
  return {
    '(a) empty function': plainly('empty'),
    [BASELINE]: plainly('sdk'),
    '(b) as CommonJS': plainly('sdk', { format: 'cjs', banner: {} }),
    ...Object.fromEntries(functionIds.map((id) => [id, ours(id)])),
    '(c) authorizer on jsonwebtoken + jwks-rsa': likeOurs('jsonwebtoken'),
    '(c) authorizer on aws-jwt-verify': likeOurs('aws-jwt-verify'),
  };
}

/** @param code the file that has the code, if the module that Lambda loads is another one */
function toBundle(file: string, code = file): Bundle {
  return { file, bytes: statSync(code).size };
}
