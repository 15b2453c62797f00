// Runs inside a container of `sam local`, before the function. The loopback there is the container's own. This module
// relays its ports to the host, so that a service has the same address inside and outside the container.
import { connect, createServer } from 'node:net';

const { LOOPBACK_HOST = '', LOOPBACK_PORTS = '' } = process.env;

for (const port of LOOPBACK_PORTS.split(',').map(Number)) {
  createServer((inside) => {
    const outside = connect(port, LOOPBACK_HOST);
    inside.pipe(outside).pipe(inside);
    inside.on('error', () => outside.destroy());
    outside.on('error', () => inside.destroy());
  })
    .listen(port, '127.0.0.1')
    .unref();
}
