import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Deployment } from '../../../infra/local/deployment-spec.ts';
import { operationOf } from '../dynamodb-requests.ts';
import { listen } from '../listen.ts';
import { type Access, isGranted, toAccess } from './access.ts';

const ACCESS_DENIED = 'com.amazon.coral.service#AccessDeniedException';

export interface EnforcingProxy {
  readonly endpoint: string;
  /** From here on, a function may do what its role allows, and nothing else. */
  enforce(deployment: Deployment): void;
  /** What functions asked for since, allowed or not. */
  used(): Access[];
  close(): Promise<void>;
}

/**
 * Stands before a DynamoDB engine as IAM stands before DynamoDB: knows by the session token which function sends a
 * request, and refuses with AccessDeniedException what the template's policies do not allow it. A request without a
 * session token is the test's own, and passes.
 */
export async function startEnforcingProxy(target: string): Promise<EnforcingProxy> {
  const used = new Set<Access>();
  let deployment: Deployment | undefined;

  function refusal(request: IncomingMessage, body: Buffer): string | undefined {
    const token = request.headers['x-amz-security-token'];
    const spec = deployment?.functions.find(({ logicalId }) => logicalId === token);
    if (deployment === undefined || token === undefined) return undefined;
    if (spec === undefined) return `${token} is no function of the template`;

    const operation = operationOf(request);
    const action = `dynamodb:${operation}`;
    const resource = resourceOf(deployment, operation, JSON.parse(body.toString()));
    if (resource === undefined) return `${operation} is not implemented in test/support/iam`;
    used.add(toAccess(spec, action, resource));
    return isGranted(spec, action, resource)
      ? undefined
      : `${spec.logicalId} is not authorized to perform: ${action} on resource: ${resource}`;
  }

  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const message = refusal(request, body);
    if (message !== undefined) {
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: ACCESS_DENIED, message }));
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(target, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const { url, close } = await listen(server);
  return {
    endpoint: url,
    enforce(deployed) {
      deployment = deployed;
    },
    used: () => [...used],
    close,
  };
}

/** Actions on one item or one query; whatever else a function comes to use has to be thought of here. */
const implemented = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query']);

/** What IAM checks the action on: the table, or the index that is named. */
function resourceOf(
  { region, accountId }: Deployment,
  operation: string,
  { TableName, IndexName }: { TableName?: string; IndexName?: string },
): string | undefined {
  if (!implemented.has(operation) || TableName === undefined) return undefined;
  const table = `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}`;
  return IndexName === undefined ? table : `${table}/index/${IndexName}`;
}
