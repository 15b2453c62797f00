import { describeApi } from '../../../infra/openapi/document.ts';
import { documentConfig } from './config.ts';
import { type CheckedResponse, createResponseChecker } from './response-checker.ts';

/** The OpenAPI document of the API. The parts that responses are checked against are the same in every deployment. */
export const document = describeApi({ ...documentConfig, requireScopes: true });
const check = createResponseChecker(document);

/**
 * Checks a response against the document.
 * @param apiUrl the address of the API. Its path, such as the name of a stage, is removed from the path of the response
 * @throws {UndocumentedResponse} when the document does not describe the response
 */
export function checkResponse(
  apiUrl: string,
  { url, ...response }: Omit<CheckedResponse, 'path'> & { readonly url: string },
): void {
  const { pathname } = new URL(url);
  const base = new URL(apiUrl).pathname.replace(/\/$/, '');
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
  check({ ...response, path: path.replace(/^\/sandbox(?=\/|$)/, '') || '/' });
}
