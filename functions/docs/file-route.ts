import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { requiredSetting } from '../config.ts';
import type { RouteInputs } from '../http/inputs.ts';
import type { RequestReader } from '../http/request.ts';
import { createPublicRoute } from '../http/route.ts';
import { createColdStart } from '../observability/cold-start.ts';
import { createLogger } from '../observability/logger.ts';
import { requestLog } from '../request-log.ts';

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

/**
 * Makes a public route that serves a file.
 * @param inputs the parts of a request that the route takes
 */
export function createFileRoute(
  find: (request: Pick<RequestReader, 'baseUrl' | 'pathParameters'>) => DeployedFile,
  inputs: RouteInputs<void, undefined, undefined> = {},
): APIGatewayProxyHandler {
  return createPublicRoute(
    inputs,
    async (request) => {
      const { content, contentType, isImmutable = false, headers = {} } = find(request);
      return {
        status: 200,
        text: content,
        headers: {
          // It is weak, because the gateway compresses the file and leaves the tag as it is (RFC 9110 §8.8.3.3).
          ETag: `W/"${createHash('sha256').update(content).digest('base64url')}"`,
          'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'public, no-cache',
          ...headers,
          'Content-Type': contentType,
        },
      };
    },
    {
      logRequest: requestLog(createLogger(Date.now), createColdStart(() => performance.now()).take),
      now: Date.now,
    },
  );
}
