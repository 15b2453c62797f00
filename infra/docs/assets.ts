import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { renderRedirectPage } from './page.ts';

/** The names under which the page finds what it loads. */
export interface AssetNames {
  readonly swaggerScript: string;
  readonly swaggerStyle: string;
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

export interface Assets {
  readonly names: AssetNames;
  /** Name → content. */
  readonly files: Readonly<Record<string, string>>;
}

const swaggerDir = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const browserDir = join(import.meta.dirname, 'browser');
const HASH_LENGTH = 16;

/** Gathers what the page loads: Swagger UI as it is published, and what makes it this API's. */
export function buildAssets(): Assets {
  const files: Record<string, string> = {};
  /** Adds a file under a name that changes with its content, so that browsers may keep it for good. */
  const add = (name: string, content: string): string => {
    const extension = extname(name);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_LENGTH);
    const hashedName = `${name.slice(0, -extension.length)}.${hash}${extension}`;
    files[hashedName] = content;
    return hashedName;
  };

  const names: AssetNames = {
    swaggerScript: add('swagger-ui.js', readSwagger('swagger-ui-bundle.js')),
    swaggerStyle: add('swagger-ui.css', readSwagger('swagger-ui.css')),
    script: add('docs.js', buildScript()),
    style: add('docs.css', readFileSync(join(browserDir, 'docs.css'), 'utf8')),
    icon: add('icon.svg', readFileSync(join(browserDir, 'icon.svg'), 'utf8')),
  };
  const redirectScript = add('oauth2-redirect.js', readSwagger('oauth2-redirect.js'));
  // Its name is registered at the issuer, so it stays the same.
  files['oauth2-redirect.html'] = renderRedirectPage(redirectScript);
  // Named in a comment of the script.
  files['swagger-ui-bundle.js.LICENSE.txt'] = readSwagger('swagger-ui-bundle.js.LICENSE.txt');
  return { names, files };
}

/** A file of Swagger UI, without the mention of a source map that is not served. */
function readSwagger(name: string): string {
  return readFileSync(join(swaggerDir, name), 'utf8').replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*\s*$/, '');
}

function buildScript(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(browserDir, 'docs.ts')],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
