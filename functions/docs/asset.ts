import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { ProblemError } from '../http/problem.ts';
import { acceptParameters } from '../http/query-parameters.ts';
import { createFileRoute, readSibling, taskRoot } from './file-route.ts';
import { redirectParameters } from './redirect-parameters.ts';

const FOLDER = 'assets';
const names: ReadonlySet<string> = new Set(readdirSync(join(taskRoot, FOLDER)));
const pageHeaders = JSON.parse(readSibling('headers.json')) as Record<string, string>;

const hasHash = /\.[0-9a-f]{16}\.\w+$/;

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** `GET /docs/{asset}`: a file that the page loads. A file with a hash in its name never changes. */
export const handler = createFileRoute(
  ({ pathParameters: { asset = '' } }) => {
    if (!names.has(asset)) throw new ProblemError('not_found', 'There is no such file.');
    const extension = extname(asset);
    return {
      content: readSibling(join(FOLDER, asset)),
      contentType: contentTypes[extension] ?? 'text/plain; charset=utf-8',
      isImmutable: hasHash.test(asset),
      ...(extension === '.html' && { headers: pageHeaders }),
    };
  },
  { query: acceptParameters(redirectParameters) },
);
