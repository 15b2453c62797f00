import { createServer } from 'node:http';
import type { APIGatewayProxyHandler, APIGatewayProxyResult } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../functions/http/caller.ts';
import { type CloudWatchAlarm, readEmbeddedMetrics, ringingAlarms } from '../support/cloudwatch.ts';
import { lambdaContext, proxyEvent } from '../support/events.ts';
import { type Listener, listen } from '../support/listen.ts';
import { everySetting, synthesizeTemplate } from '../support/stack.ts';

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

const template = synthesizeTemplate(everySetting);
const resources = (type: string) => Object.entries(template.findResources(type)) as [string, Resource][];
const alarms = Object.fromEntries(
  resources('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [id, Properties as CloudWatchAlarm]),
);
const [[, deleteMe]] = resources('AWS::Lambda::Function').filter(([id]) => id.startsWith('deleteMe')) as [
  [string, Resource],
];

const caller: Caller = {
  kind: 'user',
  userId: 'ann',
  email: 'ann@example.com',
  subject: 'auth0|ann',
  scopes: ['write:todos'],
  expiresAt: 4_102_444_800,
};

/** Refuses every request, as DynamoDB refuses an expression with a mistake in it. */
const brokenTable = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({
        __type: 'com.amazon.coral.validate#ValidationException',
        message: 'Invalid UpdateExpression: Syntax error; token: "SETT"',
      }),
    );
  });
});

let table: Listener;
let handler: APIGatewayProxyHandler;
beforeAll(async () => {
  table = await listen(brokenTable);
  vi.stubEnv('METRICS_NAMESPACE', deleteMe.Properties.Environment.Variables.METRICS_NAMESPACE);
  vi.stubEnv('TABLE_NAME', 'todos');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', table.url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.resetModules();
  handler = (await import('../../functions/users/delete.ts')).handler;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await table.close();
});

/** Calls `DELETE /me`, and gives the status and the log lines. */
async function deleteUser(method = 'DELETE'): Promise<{ status: number; lines: string[] }> {
  const lines: string[] = [];
  const writes = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0),
  );
  const event = proxyEvent({ method, resource: '/me', headers: { 'If-Match': '"1"' }, caller });
  const { statusCode } = (await handler(event, lambdaContext, () => {})) as APIGatewayProxyResult;
  for (const write of writes) write.mockRestore();
  return { status: statusCode, lines };
}

/** The logical ids of the alarms that ring after this many calls of a broken `DELETE /me`. */
async function alarmsAfter(calls: number): Promise<string[]> {
  const lines: string[] = [];
  for (let i = 0; i < calls; i++) {
    const { status, lines: written } = await deleteUser();
    expect(status).toBe(500);
    lines.push(...written);
  }
  return ringingAlarms(alarms, lines.flatMap(readEmbeddedMetrics));
}

describe('a bug in a route with little traffic', () => {
  it('rings at its third response with a 500, although the function never fails', async () => {
    expect(await alarmsAfter(2)).toEqual([]);
    const ringing = await alarmsAfter(3);
    expect(ringing).toEqual([expect.stringMatching(/^AlarmsInternalErrors[0-9A-F]{8}$/)]);
  });

  it('is counted by route', async () => {
    const { lines } = await deleteUser();
    expect(lines.flatMap(readEmbeddedMetrics)).toEqual(
      expect.arrayContaining([
        { namespace: 'todo-api/prod', name: 'InternalErrors', dimensions: {}, value: 1 },
        {
          namespace: 'todo-api/prod',
          name: 'InternalErrors',
          dimensions: { route: 'DELETE /me' },
          value: 1,
        },
      ]),
    );
  });

  it('stops the release of every function', async () => {
    const [internalErrors] = await alarmsAfter(3);
    const groups = resources('AWS::CodeDeploy::DeploymentGroup');
    expect(groups.length).toBeGreaterThan(0);
    for (const [, { Properties }] of groups)
      expect(Properties.AlarmConfiguration.Alarms).toContainEqual({ Name: { Ref: internalErrors } });
  });
});
