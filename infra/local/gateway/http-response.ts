import { validateHeaderName, validateHeaderValue } from 'node:http';

export interface HttpResponse {
  status: number;
  /** Name and value pairs: a header may occur more than once. */
  headers: [name: string, value: string][];
  body: string | Buffer;
}

/** Whether a header can be sent at all: a line break, or a character beyond Latin-1, cannot. */
export function isValidHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
