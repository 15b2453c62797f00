import { parseJson } from '../json.ts';
import { AuthorizationServerError } from './errors.ts';
import type { RequestOutcome } from './outcomes.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface JsonRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onOutcome: (outcome: RequestOutcome) => void;
}

export interface JsonResponse {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body of a 200, a 401 or a 403; undefined for every other status, and for a refusal without JSON. */
  readonly body: unknown;
}

const outcomes: Readonly<Record<number, RequestOutcome>> = {
  401: 'refused',
  403: 'refused',
  429: 'rate_limited',
};

/** Far larger than a key set or a profile, and far smaller than the memory of a function. */
const MAX_BYTES = 262_144;

/**
 * Gets JSON from the authorization server. The time limit includes the body. It follows no redirect.
 * @returns also a response of another status than 200
 * @throws {AuthorizationServerError} when there is no response in time, or its body is too large or not JSON
 */
export async function fetchJson(
  fetch: Fetch,
  url: string,
  { headers = {}, timeoutMs, onOutcome }: JsonRequest,
): Promise<JsonResponse> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json', ...headers },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers: responseHeaders } = response;
    if (status !== 200) {
      const outcome = outcomes[status] ?? 'failed';
      const body = await (outcome === 'refused' ? readError(response) : response.body?.cancel());
      onOutcome(outcome);
      return { status, headers: responseHeaders, body };
    }
    const body = parseJson(await readText(response));
    onOutcome('ok');
    return { status, headers: responseHeaders, body };
  } catch (cause) {
    onOutcome('failed');
    throw new AuthorizationServerError(`No valid response from ${new URL(url).pathname}`, { cause });
  }
}

/** The error object of a refusal. A refusal stays one when its body is not readable. */
async function readError(response: Response): Promise<unknown> {
  try {
    return parseJson(await readText(response));
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new RangeError(`more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
