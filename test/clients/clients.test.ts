import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { clients } from './clients.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';
import { round } from './round.ts';
import { openShell, type Shell } from './shell.ts';

const programs = join(import.meta.dirname, 'programs');

let api: LocalApi;
beforeAll(async () => {
  api = await startLocalApi();
});
afterAll(() => api?.close());

describe.each(clients)('$name $version ($language)', (client) => {
  const missing = client.tools.flatMap((tools) => tools.missing ?? []);
  const folder = temporaryFolder();
  let shell: Shell;
  beforeAll(async () => {
    if (missing.length > 0) return;
    for (const name of ['shared', client.program]) {
      cpSync(join(programs, name), folder.path, { recursive: true });
    }
    symlinkSync(join(projectDir, 'node_modules'), join(folder.path, 'node_modules'));
    await api.saveDocument(folder.path);
    shell = openShell(client.tools, folder.path);
  });
  afterAll(() => folder.remove());
  beforeEach(({ skip }) => skip(missing.length > 0, `needs ${missing.join(', ')}`));

  it('generates a client', async () => {
    await shell(client.generate);
  });

  it('compiles', async () => {
    for (const command of client.compile) await shell(command);
  });

  it('makes the round', async () => {
    const environment = { API_URL: api.url, TOKEN: await api.signIn(client.program) };
    const lines = (await shell(client.run, environment)).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(round);
  });
});
