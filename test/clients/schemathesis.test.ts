import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';
import { openShell, type Shell } from './shell.ts';
import { python } from './tools.ts';

/** The part of Schemathesis' report that is read here. */
interface Report {
  readonly operations: Readonly<Record<string, number>>;
  readonly test_cases: { readonly generated: number; readonly errored: number };
  readonly failures: readonly object[];
  readonly errors: readonly object[];
}

describe(`schemathesis ${python.versionOf('schemathesis')}`, () => {
  const folder = temporaryFolder();
  let api: LocalApi;
  let shell: Shell;
  beforeAll(async () => {
    if (python.missing) return;
    api = await startLocalApi();
    await api.saveDocument(folder.path);
    shell = openShell([python], folder.path);
  });
  afterAll(async () => {
    await api?.close();
    folder.remove();
  });
  beforeEach(({ skip }) => skip(python.missing !== undefined, `needs ${python.missing}`));

  /** Two users, in the format of Web Fuzzing Commons. */
  async function writeUsers(): Promise<string> {
    const file = join(folder.path, 'users.json');
    const auth = ['first', 'second'].map(async (name) => ({
      name,
      fixedHeaders: [{ name: 'Authorization', value: `Bearer ${await api.signIn(name)}` }],
    }));
    writeFileSync(file, JSON.stringify({ auth: await Promise.all(auth) }));
    return file;
  }

  it('finds no response that breaks the document', async ({ annotate }) => {
    const config = join(import.meta.dirname, 'schemathesis.toml');
    const report = join(folder.path, 'report.json');
    await shell(
      `python -c "from schemathesis.cli import schemathesis; schemathesis()" --config-file ${config} run openapi.json --report json --report-json-path ${report} --no-color`,
      {
        API_URL: api.url,
        USERS_FILE: await writeUsers(),
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    );
    const { test_cases, failures, errors }: Report = JSON.parse(readFileSync(report, 'utf8'));
    await annotate(`${test_cases.generated} requests, ${failures.length} failures`);
    expect(failures).toEqual([]);
    expect(errors).toEqual([]);
    expect(test_cases.generated).toBeGreaterThan(1_000);
  });
});
