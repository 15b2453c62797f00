import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const sdk = dirname(createRequire(import.meta.url).resolve('@auth0/auth0-spa-js/package.json'));

/** The files of the page by path, with their content types. The SDK needs no build step, and no third party serves it. */
const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': [join(import.meta.dirname, 'index.html'), 'text/html'],
  '/app.js': [join(import.meta.dirname, 'app.js'), 'text/javascript'],
  '/config.js': [join(import.meta.dirname, 'config.js'), 'text/javascript'],
  '/auth0-spa-js.js': [join(sdk, 'dist/auth0-spa-js.production.esm.js'), 'text/javascript'],
};

/** Makes the web server of the page. Any other web server can serve these files too. */
export function createPageServer(): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [file, type] = (Object.hasOwn(files, pathname) && files[pathname]) || [];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' });
    createReadStream(file).pipe(response);
  });
}
