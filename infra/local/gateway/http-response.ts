import { validateHeaderName, validateHeaderValue } from 'node:http';

/** The response that the gateway sends. */
export interface HttpResponse {
  status: number;
  /** Pairs, because a header can occur more than once. */
  headers: [name: string, value: string][];
  body: string | Buffer;
}

/** Whether HTTP can carry a header. It cannot carry a line break or a character beyond Latin-1. */
export function isValidHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
