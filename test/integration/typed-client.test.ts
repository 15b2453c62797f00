import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTypes } from '../client/generate.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { document } from '../support/openapi/check.ts';
import { type System, startSystem } from '../support/system.ts';

const run = promisify(execFile);
const folder = temporaryFolder();
const guide = readFileSync(join(projectDir, 'functions/README.md'), 'utf8');
const [, example = ''] = /```ts\n(import createClient[\s\S]*?)```/.exec(guide) ?? [];

/** Compiles a program beside the generated types. Throws the errors of the compiler. */
async function compile(name: string, code: string): Promise<string> {
  writeFileSync(join(folder.path, `${name}.ts`), code);
  writeFileSync(
    join(folder.path, 'tsconfig.json'),
    JSON.stringify({
      extends: join(projectDir, 'tsconfig.json'),
      compilerOptions: { lib: ['es2024', 'dom'], types: ['node'] },
      include: [],
      files: [`${name}.ts`],
    }),
  );
  const tsc = join(projectDir, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '--project', folder.path, '--pretty', 'false'];
  const { stdout } = await run(process.execPath, args).catch((error) => {
    throw new Error(error.stdout);
  });
  return stdout;
}

describe('a client that is typed by the OpenAPI document', () => {
  let system: System;
  beforeAll(async () => {
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder.path, 'todo-api.d.ts'), await generateTypes(document));
    symlinkSync(join(projectDir, 'node_modules'), join(folder.path, 'node_modules'));
    system = await startSystem();
  });
  afterAll(async () => {
    await system?.close();
    folder.remove();
  });

  it('compiles as functions/README.md shows it, and works', { tags: 'long' }, async () => {
    expect(example).not.toBe('');
    await compile('example', example);
    system.issuer.addUser({ subject: 'auth0|typed', email: 'typed@example.com' });
    const { stdout } = await run(process.execPath, [join(folder.path, 'example.ts')], {
      env: {
        ...process.env,
        API_URL: system.apiUrl,
        TOKEN: await system.issuer.mintToken({ subject: 'auth0|typed' }),
      },
    });
    expect(stdout).toContain('Buy milk');
  });

  it.each([
    ['an unknown path', "'/todo/{id}'", "'/todos/{id}'"],
    ['a field of another type', 'completed: true', "completed: 'yes'"],
    ['an unknown member of a response', 'todo.title', 'todo.name'],
  ])('does not compile with %s', async (_name, right, wrong) => {
    expect(example).toContain(right);
    await expect(compile('wrong', example.replace(right, wrong))).rejects.toThrow('error TS');
  });
});
