import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { operationOf } from '../support/dynamodb-requests.ts';
import { listen } from '../support/listen.ts';

export interface StubDynamoDb {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The only item of the stub: a todo that also has the attributes of a link and of a profile. */
const item = {
  pk: { S: 'USER#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  sk: { S: 'TODO#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  title: { S: 'Buy milk' },
  day: { N: '20260615' },
  status: { N: '0' },
  statusId: { S: '0#01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  statusDay: { N: '20260615' },
  version: { N: '1' },
  updatedAt: { N: '1750000000000' },
  userId: { S: '01JZZZZZZZZZZZZZZZZZZZZZZZ' },
  email: { S: 'alice@example.com' },
  // In the future, so that the authorizer does not ask for the address again.
  checkedAt: { N: '4102444800000' },
  createdAt: { N: '1750000000000' },
  identities: { SS: ['https://issuer.example.com/ auth0|alice'] },
};

/** Without it, a response is taken for a broken one (functions/dynamodb/check-responses.ts). */
const ConsumedCapacity = { TableName: 'todos', CapacityUnits: 1 };

const results: Readonly<Record<string, object>> = {
  GetItem: { Item: item },
  Query: { Items: Array.from({ length: 10 }, () => item), Count: 10 },
  PutItem: {},
  UpdateItem: { Attributes: item },
  DeleteItem: {},
};

/**
 * Starts a server that responds like DynamoDB, always with the same data. So a benchmark measures only the client.
 * @param folder for the TLS certificate; without a folder, the server uses plain HTTP
 * @param latencyMs delay of each response in milliseconds; no delay by default
 */
export async function startStubDynamoDb(folder?: string, latencyMs = 0): Promise<StubDynamoDb> {
  const listener: RequestListener = (request, response) => {
    const operation = operationOf(request);
    const respond = () => {
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ ...results[operation], ConsumedCapacity }));
    };
    request.resume().on('end', latencyMs > 0 ? () => setTimeout(respond, latencyMs) : respond);
  };
  const server = folder ? createTlsServer(createCertificate(folder), listener) : createServer(listener);
  const { port, url, close } = await listen(server);
  return {
    endpoint: folder ? `https://localhost:${port}` : url,
    close,
  };
}

/** Returns the reason why the stub cannot use HTTPS on this machine; undefined if it can. */
export function whyNoHttps(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl, which makes the certificate of its stub of DynamoDB, is not installed';
  }
}

/** The certificate that `startStubDynamoDb` creates, for NODE_EXTRA_CA_CERTS. */
export const certificateFile = (folder: string) => join(folder, 'certificate.pem');

/** Node.js cannot create certificates. OpenSSL is part of most systems; on Windows it comes with git. */
function createCertificate(folder: string) {
  const keyFile = join(folder, 'key.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certificateFile(folder)],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile(folder)) };
}
