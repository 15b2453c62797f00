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

/** A todo as the table has it, and beside it what a link and a profile are read for: every item is this one. */
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
  createdAt: { N: '1750000000000' },
  identities: { SS: ['https://issuer.example.com/ auth0|alice'] },
};

const answers: Readonly<Record<string, unknown>> = {
  GetItem: { Item: item },
  Query: { Items: Array.from({ length: 10 }, () => item), Count: 10 },
  PutItem: {},
  UpdateItem: { Attributes: item },
  DeleteItem: {},
};

/**
 * Answers like DynamoDB, always the same: so what is measured is the caller.
 * @param folder where the certificate of https is kept; without a folder it speaks http
 * @param latencyMs how long it takes to answer; by default it answers at once
 */
export async function startStubDynamoDb(folder?: string, latencyMs = 0): Promise<StubDynamoDb> {
  const listener: RequestListener = (request, response) => {
    const operation = operationOf(request);
    const answer = () => {
      response.writeHead(200, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answers[operation]));
    };
    request.resume().on('end', latencyMs > 0 ? () => setTimeout(answer, latencyMs) : answer);
  };
  const server = folder ? createTlsServer(createCertificate(folder), listener) : createServer(listener);
  const { port, url, close } = await listen(server);
  return {
    endpoint: folder ? `https://localhost:${port}` : url,
    close,
  };
}

/** Why no stub can speak https on this machine; undefined if it can. */
export function whyNoHttps(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl, which makes the certificate of its stub of DynamoDB, is not installed';
  }
}

/** The file with the certificate that `startStubDynamoDb` makes, for NODE_EXTRA_CA_CERTS. */
export const certificateFile = (folder: string) => join(folder, 'certificate.pem');

/** Node.js verifies certificates and makes none; OpenSSL comes with every system but Windows, and there with git. */
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
