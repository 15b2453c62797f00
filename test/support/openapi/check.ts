import { describeApi } from '../../../infra/openapi/document.ts';
import { type CheckedResponse, createResponseChecker } from './response-checker.ts';

/** The API's document; nothing in it that answers are checked against depends on the deployment. */
export const document = describeApi({ auth0Domain: 'tenant.eu.auth0.com', requireScopes: true });
const check = createResponseChecker(document);

/**
 * Checks an answer against the document.
 * @param apiUrl where the API is; what stands before the path is left out, a stage's name, too
 */
export function checkResponse(
  apiUrl: string,
  { url, ...response }: Omit<CheckedResponse, 'path'> & { readonly url: string },
): void {
  const { pathname } = new URL(url);
  const base = new URL(apiUrl).pathname.replace(/\/$/, '');
  const path = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
  check({ ...response, path: path.replace(/^\/sandbox(?=\/)/, '') });
}
