import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `npm run user` without a terminal. */
async function operate(args: readonly string[], dataDir = folder.path): Promise<Run> {
  const child = spawn(process.execPath, ['infra/operator/main.ts', ...args], {
    cwd: projectDir,
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: await exitCode, output, errors };
}

let people = 0;
let call: Client;
let person: { email: string; subject: string; id: string };
/** A client with a token of its own, because the gateway caches the decision about a token. */
const signIn = async () =>
  createClient(system.apiUrl, await system.issuer.mintToken({ subject: person.subject }));

beforeEach(async () => {
  const { email, subject } = system.issuer.addUser({ email: `person-${people++}@example.com` });
  person = { email, subject, id: '' };
  call = await signIn();
  expect((await call('POST', '/todo', { body: { title: 'Mine' } })).status).toBe(201);
  person.id = (await call('GET', '/me')).body.id;
});

describe('npm run user', () => {
  it.each(['email', 'subject', 'id'] as const)('finds a user by %s', async (name) => {
    const { output } = await operate(['show', person[name], '--yes']);
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
    const { output } = await operate(['export', person.email, '--yes']);
    expect(JSON.parse(output)).toEqual((await call('GET', '/me/export')).body);
  });

  it('blocks a user with a 403 that says so, and lets the user in again', async () => {
    const blocked = await operate(['block', person.email, '--yes']);
    expect(blocked.output).toBe(
      `The user ${person.id} is blocked within five minutes, when API Gateway has dropped its cached policies. To drop them at once:\nStop npm start, and run it again.\n`,
    );
    expect(await (await signIn())('GET', '/todo')).toMatchObject({
      status: 403,
      body: {
        type: expect.stringMatching(/\/docs#user-blocked$/),
        detail: 'An operator of this API blocked this user. An operator can let the user in again.',
      },
    });
    const { output } = await operate(['show', person.id, '--yes']);
    expect(JSON.parse(output)).toMatchObject({ blocked_at: expect.stringMatching(/Z$/) });

    expect((await operate(['unblock', person.subject, '--yes'])).exitCode).toBe(0);
    expect((await (await signIn())('GET', '/todo')).body).toMatchObject([{ title: 'Mine' }]);
  });

  it('deletes a user with everything, also a blocked one', async () => {
    await operate(['block', person.email, '--yes']);
    expect((await operate(['delete', person.email, '--yes'])).exitCode).toBe(0);
    expect((await operate(['show', person.email, '--yes'])).errors).toContain('There is no such user.');
    const { output } = await operate(['show', person.id, '--yes']);
    expect(JSON.parse(output)).toMatchObject({ deleted_at: expect.stringMatching(/Z$/) });
    expect(await call('GET', '/todo')).toMatchObject({ status: 200, body: [] });
  });

  it('logs each action with the user id, and without personal data', async () => {
    const { errors } = await operate(['block', person.email, '--yes']);
    expect(
      errors
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { operation: 'block', user_id: person.id, outcome: 'begun' },
      { operation: 'block', user_id: person.id, outcome: 'blocked' },
    ]);
  });

  it.each(['show', 'export', 'block', 'unblock', 'delete'])(
    'does not %s without a terminal and without --yes',
    async (action) => {
      const { exitCode, output, errors } = await operate([action, person.email]);
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
      expect(errors).toContain('Add --yes to do it: there is no terminal to ask on.');
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
    const { exitCode, errors } = await operate(args);
    expect(exitCode).toBe(1);
    expect(errors).toMatch(sentence);
  });

  it('says so when no local system runs', async () => {
    const { errors } = await operate(['show', person.email, '--yes'], `${folder.path}/other`);
    expect(errors).toMatch(/^No system of .+ is running\. Run npm start in another terminal/);
  });
});
