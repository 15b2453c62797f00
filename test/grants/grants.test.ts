import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { describe, expect, inject, it } from 'vitest';
import { localCredentials } from '../../infra/local/dynamodb/engine.ts';
import { createClient } from '../support/client.ts';
import { connectControl } from '../support/control.ts';
import { compareAccess } from '../support/iam/access.ts';
import type { AccessReport } from '../support/iam/control.ts';

const access = inject('access');

async function reportAccess(): Promise<AccessReport> {
  const response = await fetch(String(access?.reportUrl));
  return (await response.json()) as AccessReport;
}

type TestAccess = NonNullable<typeof access>;

/** Lets the authorizer follow an address that changed. It compares the address of a known user once a day. */
async function changeAddress({ target: { issuer, apiUrl }, endpoint, tableName }: TestAccess): Promise<void> {
  const control = connectControl(issuer?.controlUrl ?? '');
  const { subject } = await control.addUser({ email: 'before@example.com' });
  const callAgain = async (jti: string) =>
    createClient(apiUrl, await control.mintToken({ subject, claims: { jti } }))('GET', '/me');
  await callAgain('first');
  await control.updateUser(subject, { email: 'after@example.com' });
  await updateItem(endpoint, {
    TableName: tableName,
    Key: { pk: `LINK#${issuer?.url}#${subject}`, sk: 'LINK' },
    UpdateExpression: 'SET checkedAt = :then',
    ExpressionAttributeValues: { ':then': Date.now() - 86_400_000 },
  });
  expect((await callAgain('second')).body.email).toBe('after@example.com');
}

/** Runs the sweep on a deleted user. No client can trigger it, and it waits for minutes after the deletion. */
async function sweep({ target: { issuer, apiUrl }, ...access }: TestAccess): Promise<void> {
  const control = connectControl(issuer?.controlUrl ?? '');
  const { subject } = await control.addUser({ email: 'swept@example.com' });
  const call = createClient(apiUrl, await control.mintToken({ subject }));
  const { body: me, headers } = await call('GET', '/me');
  await call('DELETE', '/me', { headers: { 'If-Match': headers.get('etag') ?? '' } });
  const late = await call('POST', '/todo', { body: { title: 'By a cached policy' } });
  expect(late.status).toBe(201);

  await updateItem(access.endpoint, {
    TableName: access.tableName,
    Key: { pk: 'DELETIONS', sk: me.id },
    UpdateExpression: 'SET unlinkedAt = :then',
    ExpressionAttributeValues: { ':then': Date.now() - 3_600_000 },
  });
  const response = await fetch(access.reportUrl, { method: 'POST' });
  expect(await response.json()).toMatchObject([{ ok: true }]);
}

async function updateItem(endpoint: string, input: UpdateCommandInput): Promise<void> {
  const base = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
  await DynamoDBDocumentClient.from(base).send(new UpdateCommand(input));
  base.destroy();
}

describe.runIf(access)('the actions that the functions sent in the end-to-end tests of this run', () => {
  it('are exactly the actions that their roles allow', async () => {
    if (access === undefined) throw new Error('The end-to-end tests did not run');
    await changeAddress(access);
    await sweep(access);
    const { granted, used } = await reportAccess();
    expect(used.length).toBeGreaterThan(0);
    expect(compareAccess(granted, used)).toEqual({ missing: [], superfluous: [] });
  });

  it('show every grant that is missing or superfluous', async () => {
    const { granted, used } = await reportAccess();
    for (const grant of granted) {
      const others = granted.filter((each) => each !== grant);
      expect(compareAccess(others, used)).toEqual({ missing: [grant], superfluous: [] });
    }
    const added = granted[0]?.replace(/dynamodb:\w+/, 'dynamodb:Scan') ?? '';
    expect(compareAccess([...granted, added], used)).toEqual({ missing: [], superfluous: [added] });
  });
});
