// Runs the embedded engine with its data in memory, and a server in front of it that decrypts TLS, in a process of
// their own: node engine-process.ts <folder of the certificate>. It prints the two addresses as JSON.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream';
import { createServer } from 'node:tls';
import { startDynamoDb } from '../../../infra/local/dynamodb/engine.ts';
import { createCertificate } from '../certificate.ts';

const [, , folder = ''] = process.argv;
const { endpoint } = await startDynamoDb();
const engine = { host: '127.0.0.1', port: Number(new URL(endpoint).port), noDelay: true };
const server = createServer(createCertificate(folder), (client) => {
  client.setNoDelay();
  // A measured process ends without closing its connection, which is an error here.
  pipeline(client, connect(engine), client, () => {});
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ plain: endpoint, tls: `https://localhost:${port}` })}\n`);
