import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Deployment } from '../../../infra/local/deployment-spec.ts';
import { isPriming, operationOf } from '../dynamodb-requests.ts';
import { listen } from '../listen.ts';
import { type Access, isGranted, toAccess } from './access.ts';

const ACCESS_DENIED = 'com.amazon.coral.service#AccessDeniedException';

export interface EnforcingProxy {
  readonly endpoint: string;
  /** From now on, a function can use only the actions that its role allows. */
  enforce(deployment: Deployment): void;
  /** All accesses that functions requested since `enforce`, allowed or refused, except for their priming. */
  used(): Access[];
  close(): Promise<void>;
}

/**
 * Starts a proxy for a DynamoDB engine that enforces the template's policies, as IAM does for DynamoDB. The session
 * token of a request names the function that sent it. The proxy refuses a request that the function's policies do not
 * allow, with AccessDeniedException. A request without a session token comes from the test itself, and is forwarded.
 */
export async function startEnforcingProxy(target: string): Promise<EnforcingProxy> {
  const used = new Set<Access>();
  let deployment: Deployment | undefined;

  function refusal(request: IncomingMessage, body: Buffer): string | undefined {
    const token = request.headers['x-amz-security-token'];
    const spec = deployment?.functions.find(({ logicalId }) => logicalId === token);
    if (deployment === undefined || token === undefined) return undefined;
    if (spec === undefined) return `${token} is not a function of the template`;

    const operation = operationOf(request);
    const action = `dynamodb:${operation}`;
    const resource = resourceOf(deployment, operation, JSON.parse(body.toString()));
    if (resource === undefined) return `${operation} is not implemented in test/support/iam`;
    // What only the priming uses is superfluous.
    if (!isPriming(body)) used.add(toAccess(spec, action, resource));
    return isGranted(spec, action, resource)
      ? undefined
      : `${spec.logicalId} is not authorized to perform: ${action} on resource: ${resource}`;
  }

  const server = createServer(async (request, outgoing) => {
    const body = await buffer(request);
    const message = refusal(request, body);
    if (message !== undefined) {
      outgoing.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ __type: ACCESS_DENIED, message }));
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const upstream = await fetch(target, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(body),
    });
    outgoing.writeHead(upstream.status, Object.fromEntries(upstream.headers));
    outgoing.end(Buffer.from(await upstream.arrayBuffer()));
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

/** The operations of the functions. A function that uses another operation needs it here. */
const implemented = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'BatchGetItem',
  'BatchWriteItem',
]);

interface RequestBody {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

/** The resource that IAM checks the action on: the named index, or else the table. */
function resourceOf(
  { region, accountId }: Deployment,
  operation: string,
  { TableName, IndexName, RequestItems = {} }: RequestBody,
): string | undefined {
  // A batch names its tables in `RequestItems`. The functions have one table.
  const [name = TableName, ...others] = Object.keys(RequestItems);
  if (!implemented.has(operation) || name === undefined || others.length > 0) return undefined;
  const table = `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
  return IndexName === undefined ? table : `${table}/index/${IndexName}`;
}
