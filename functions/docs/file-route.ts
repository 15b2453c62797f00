import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import { matchesIfNoneMatch } from '../http/etag.ts';
import type { RequestReader } from '../http/request.ts';
import { createPublicRoute } from '../http/route.ts';
import { createLogger } from '../observability/logger.ts';

/** A file that the deployment made. */
export interface DeployedFile {
  readonly content: string;
  readonly contentType: string;
  /** Whether other content would have another address. A browser then never asks again. */
  readonly isImmutable?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The folder of the function's code and of the files beside it. */
export const taskRoot = requiredSetting(process.env, 'LAMBDA_TASK_ROOT');

/** The text of a file that the deployment put beside the code of this function. */
export function readSibling(path: string): string {
  return readFileSync(join(taskRoot, path), 'utf8');
}

/** Makes a public route that serves a file, or a 304 to a client that has it. */
export function createFileRoute(find: (request: RequestReader) => DeployedFile): APIGatewayProxyHandler {
  return createPublicRoute(
    async (request) => {
      const { content, contentType, isImmutable = false, headers = {} } = find(request);
      const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
      const common = {
        // It is weak, because the gateway compresses the file and leaves the tag as it is (RFC 9110 §8.8.3.3).
        ETag: `W/${etag}`,
        'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'public, no-cache',
      };
      if (matchesIfNoneMatch(request.header('If-None-Match'), etag)) return { status: 304, headers: common };
      return { status: 200, text: content, headers: { ...common, ...headers, 'Content-Type': contentType } };
    },
    { log: createLogger(Date.now), now: Date.now },
  );
}
