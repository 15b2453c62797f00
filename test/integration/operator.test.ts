import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Terminal } from '../../infra/operator/confirm.ts';
import { operate } from '../../infra/operator/operate.ts';
import { announce } from '../../infra/start/running-system.ts';
import { type Client, createClient } from '../support/client.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { type System, startSystem } from '../support/system.ts';

const folder = temporaryFolder();
let system: System;
beforeAll(async () => {
  system = await startSystem();
  const { region, outputs } = system.deployment.deployment;
  announce(folder.path, {
    apiUrl: system.apiUrl,
    dynamoDbEndpoint: system.dynamoDbEndpoint,
    region,
    tableName: outputs.TableName ?? '',
    auth0Domain: outputs.Auth0Domain ?? '',
  });
});
afterAll(async () => {
  await system.close();
  folder.remove();
});

interface Run {
  readonly output: string;
  readonly log: readonly string[];
  /** The message of the error, if the command failed. */
  readonly error: string | undefined;
}

/** Does what `npm run user` does, without a terminal. */
async function runOperator(args: readonly string[], dataDir = folder.path): Promise<Run> {
  const output: string[] = [];
  const log: string[] = [];
  const error = await operate(args, {
    environment: { DATA_DIR: dataDir },
    terminal: { input: new PassThrough(), output: new PassThrough() } as unknown as Terminal,
    print: (text) => output.push(text),
    printLog: (line) => log.push(line),
  }).then(
    () => undefined,
    ({ message }: Error) => message,
  );
  return { output: output.join('\n'), log, error };
}

let people = 0;
let call: Client;
let person: { email: string; subject: string; id: string };
/** A client with a token of its own, because the gateway caches the decision about a token. */
const signIn = async () =>
  createClient(
    system.apiUrl,
    await system.issuer.mintToken({ subject: person.subject, claims: { jti: randomUUID() } }),
  );

beforeEach(async () => {
  const { email, subject } = system.issuer.addUser({ email: `person-${people++}@example.com` });
  person = { email, subject, id: '' };
  call = await signIn();
  expect((await call('POST', '/todo', { body: { title: 'Mine' } })).status).toBe(201);
  person.id = (await call('GET', '/me')).body.id;
});

describe('npm run user', () => {
  it.each(['email', 'subject', 'id'] as const)('finds a user by %s', async (name) => {
    const { output } = await runOperator(['show', person[name], '--yes']);
    expect(JSON.parse(output)).toEqual({
      id: person.id,
      email: person.email,
      created_at: expect.stringMatching(/Z$/),
      identities: [
        { issuer: system.issuer.url, subject: person.subject, email: person.email, email_verified: true },
      ],
    });
  });

  it('exports everything that is stored about a user, as GET /me/export does', async () => {
    const { output } = await runOperator(['export', person.email, '--yes']);
    expect(JSON.parse(output)).toEqual((await call('GET', '/me/export')).body);
  });

  it('blocks a user with a 403 that says so, and lets the user in again', async () => {
    const blocked = await runOperator(['block', person.email, '--yes']);
    expect(blocked.output).toBe(
      `The user ${person.id} is blocked within five minutes, when API Gateway has dropped its cached policies. To drop them at once:\nStop npm start, and run it again.`,
    );
    expect(await (await signIn())('GET', '/todo')).toMatchObject({
      status: 403,
      body: {
        type: expect.stringMatching(/\/docs#user-blocked$/),
        detail: 'An operator of this API blocked this user. An operator can let the user in again.',
      },
    });
    const { output } = await runOperator(['show', person.id, '--yes']);
    expect(JSON.parse(output)).toMatchObject({ blocked_at: expect.stringMatching(/Z$/) });

    expect((await runOperator(['unblock', person.subject, '--yes'])).error).toBeUndefined();
    expect((await (await signIn())('GET', '/todo')).body).toMatchObject([{ title: 'Mine' }]);
  });

  it('deletes a user with everything, also a blocked one', async () => {
    await runOperator(['block', person.email, '--yes']);
    expect((await runOperator(['delete', person.email, '--yes'])).error).toBeUndefined();
    expect((await runOperator(['show', person.email, '--yes'])).error).toContain('There is no such user.');
    const { output } = await runOperator(['show', person.id, '--yes']);
    expect(JSON.parse(output)).toMatchObject({ deleted_at: expect.stringMatching(/Z$/) });
    expect(await call('GET', '/todo')).toMatchObject({ status: 200, body: [] });
  });

  it('logs each action with the user id, and without personal data', async () => {
    const { log } = await runOperator(['block', person.email, '--yes']);
    expect(log.map((line) => JSON.parse(line))).toEqual([
      { operation: 'block', user_id: person.id, outcome: 'begun' },
      { operation: 'block', user_id: person.id, outcome: 'blocked' },
    ]);
  });

  it.each(['show', 'export', 'block', 'unblock', 'delete'])(
    'does not %s without a terminal and without --yes',
    async (action) => {
      const { output, error } = await runOperator([action, person.email]);
      expect(output).toBe('');
      expect(error).toContain('Add --yes to do it: there is no terminal to ask on.');
      expect((await (await signIn())('GET', '/todo')).body).toMatchObject([{ title: 'Mine' }]);
    },
  );

  it.each([
    [['block', 'nobody@example.com', '--yes'], /^There is no such user\./],
    [['block', 'ann', '--yes'], /^Name a user by an email address, by a subject such as/],
    [['block'], /^Usage: npm run user/],
    [['blok', 'ann@example.com'], /^Usage: npm run user/],
    [['block', 'ann@example.com', '--stage', 'Prod'], /^stage must be sandbox, prod,/],
  ])('refuses %j in a sentence', async (args, sentence) => {
    expect((await runOperator(args)).error).toMatch(sentence);
  });

  it('says so when no local system runs', async () => {
    const { error } = await runOperator(['show', person.email, '--yes'], `${folder.path}/other`);
    expect(error).toMatch(/^No system of .+ is running\. Run npm start in another terminal/);
  });

  it('is a script that ends with 1 and a sentence when it cannot act', async () => {
    const script = promisify(execFile)(process.execPath, ['infra/operator/main.ts', 'show', person.email], {
      cwd: projectDir,
      env: { ...process.env, DATA_DIR: folder.path },
    });
    await expect(script).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^This will show the personal data of .+ Add --yes to do it/),
    });
  });
});
