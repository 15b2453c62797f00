// Runs inside a container of `sam local`, before the function. The loopback there is the container's own. This module
// relays its ports to the host, so that a service has the same address inside and outside the container.
import { connect, createServer } from 'node:net';

const { LOOPBACK_HOST = '', LOOPBACK_PORTS = '' } = process.env;

/** A firewall may drop packets, and the function must say so before its own timeouts end. */
const CONNECT_LIMIT_MS = 2_000;

for (const port of LOOPBACK_PORTS.split(',').map(Number)) {
  createServer((inside) => {
    const outside = connect(port, LOOPBACK_HOST);
    inside.pipe(outside).pipe(inside);
    inside.on('error', () => outside.destroy());
    const limit = setTimeout(() => outside.destroy(new Error('no response')), CONNECT_LIMIT_MS);
    outside.on('connect', () => clearTimeout(limit));
    outside.on('error', (error) => {
      clearTimeout(limit);
      if (outside.bytesRead === 0) report(port, error);
      inside.destroy();
    });
  })
    .listen(port, '127.0.0.1')
    .unref();
}

/** Without this line the function responds with 503, and nothing says why. */
function report(port, { code, message }) {
  const service = `http://127.0.0.1:${port}`;
  process.stderr.write(
    `This container cannot reach ${service} of the host at ${LOOPBACK_HOST}:${port} (${code || message}). See "In the containers of SAM" in infra/README.md.\n`,
  );
}
