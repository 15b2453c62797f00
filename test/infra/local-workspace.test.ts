import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { implemented, typesWithoutEffect } from '../../infra/local/template/resource-types.ts';
import { projectDir } from '../support/local-process.ts';
import { readJson } from '../support/supply-chain/lockfile.ts';

const folder = join(projectDir, 'infra/local');
const files = globSync('**/*.{ts,mjs,js,json,md}', { cwd: folder, exclude: ['node_modules/**'] });
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const { dependencies, devDependencies } =
  readJson<Record<string, Record<string, string>>>('infra/local/package.json');
const declared = new Set(
  Object.keys({ ...dependencies, ...devDependencies }).map((name) => name.replace(/^@types\//, '')),
);

/** The modules that a file imports, by any form of import and by `new URL(…, import.meta.url)`. */
function importsOf(code: string): string[] {
  const forms = [
    /^(?:import|export)\b[^'";]*?\bfrom '([^']+)'/gm,
    /^import '([^']+)'/gm,
    /\b(?:import|require|require\.resolve|resolve)\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"]([^'"]+)['"],\s*import\.meta/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map(([, name]) => name ?? ''));
}

/** The name of the package that a specifier such as `@scope/name/file.js` belongs to. */
const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

function isAllowed(file: string, specifier: string): boolean {
  if (specifier.startsWith('node:')) return builtinModules.includes(specifier.slice('node:'.length));
  if (/^[\w-]+\.ts$/.test(specifier)) return true; // new URL('worker.ts', …)
  if (!specifier.startsWith('.')) return declared.has(packageOf(specifier));
  return !relative(folder, join(folder, dirname(file), specifier)).startsWith('..');
}

describe('the local deployment', () => {
  it('imports its own files and the packages that its package.json declares, and nothing else', () => {
    const imports = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => importsOf(read(file)).map((specifier) => ({ file, specifier })));
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter(({ file, specifier }) => !isAllowed(file, specifier))).toEqual([]);
  });

  it.each(['../../functions/config.ts', '../../../docs/html.ts', '@aws-sdk/lib-dynamodb', 'vitest'])(
    'may not import %s',
    (specifier) => {
      const [found] = importsOf(`import { a,\n  b } from '${specifier}';`);
      expect(found).toBe(specifier);
      expect(isAllowed('issuer/issuer.ts', specifier)).toBe(false);
    },
  );

  it('does not name the product', () => {
    expect(files).toContain('README.md');
    expect(files.filter((file) => /todo/i.test(read(file)))).toEqual([]);
  });

  it('lists in its README the resource types that it knows', () => {
    const listed = [...read('README.md').matchAll(/^- `(AWS::[\w:]+)`/gm)].map(([, type]) => type);
    expect(listed).toEqual([...Object.keys(implemented).sort(), ...Object.keys(typesWithoutEffect).sort()]);
  });
});
