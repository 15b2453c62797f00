// Runs inside the containers of `sam local`, before a function. There, the loopback is the container's own; this
// makes the services of the host's loopback answer on it, so that their addresses are the same inside and outside.
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
