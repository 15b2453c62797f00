import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { renderRedirectPage } from './redirect-page.ts';

/** The names of the files that the page loads. */
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

/** Gathers the files that the page loads: Swagger UI as it is published, and the page's own script and style. */
export function buildAssets(): Assets {
  const files: Record<string, string> = {};
  /** Adds a file. Its name changes with its content, so browsers may cache it for ever. */
  const add = (name: string, content: string): string => {
    const extension = extname(name);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_LENGTH);
    const hashedName = `${name.slice(0, -extension.length)}.${hash}${extension}`;
    files[hashedName] = content;
    return hashedName;
  };

  const names: AssetNames = {
    swaggerScript: add('swagger-ui.js', readSwagger('swagger-ui-bundle.js')),
    // Its rules are in a layer, so those of the page's own style sheet have precedence.
    swaggerStyle: add('swagger-ui.css', `@layer swagger-ui{${readSwagger('swagger-ui.css')}}`),
    script: add('docs.js', buildScript('docs.ts')),
    style: add('docs.css', readFileSync(join(browserDir, 'docs.css'), 'utf8')),
    icon: add('icon.svg', readFileSync(join(browserDir, 'icon.svg'), 'utf8')),
  };
  // This name is registered at Auth0 as a callback URL, so it must not change.
  files['oauth2-redirect.html'] = renderRedirectPage({
    script: add('oauth2-redirect.js', buildScript('callback.ts')),
    style: names.style,
  });
  // A comment in Swagger UI's script refers to this file.
  files['swagger-ui-bundle.js.LICENSE.txt'] = readSwagger('swagger-ui-bundle.js.LICENSE.txt');
  return { names, files };
}

/** A file of Swagger UI. It refers to a source map that is not served, so that reference is removed. */
function readSwagger(name: string): string {
  return readFileSync(join(swaggerDir, name), 'utf8').replace(/\n?(\/\/|\/\*)# sourceMappingURL=.*\s*$/, '');
}

function buildScript(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(browserDir, entry)],
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
