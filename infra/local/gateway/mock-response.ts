import type { MockIntegration } from '../deployment-spec.ts';
import { GatewayError } from './failures.ts';
import type { HttpResponse } from './http-response.ts';
import { mediaTypeOf } from './media-type.ts';

/**
 * Renders the response of a MOCK integration. The request template of the content type chooses a status. The status
 * chooses the integration response.
 * Source: API Gateway guide, "Mock integrations" and "Method request behavior for payloads without mapping templates"
 *
 * @param request headers of the request
 * @throws {GatewayError} if no template or no response matches
 */
export function renderMockResponse(
  integration: MockIntegration,
  request: { readonly contentType: string | undefined; readonly origin: string | undefined },
): HttpResponse {
  const chosen = integration.statusCodes.get(mediaTypeOf(request.contentType));
  if (chosen === undefined) {
    const refused =
      integration.passthrough === 'NEVER' ||
      (integration.passthrough === 'WHEN_NO_TEMPLATES' && integration.statusCodes.size > 0);
    throw refused
      ? new GatewayError('UNSUPPORTED_MEDIA_TYPE')
      : new GatewayError(
          'API_CONFIGURATION_ERROR',
          'the mock integration got a body without a template, so it has no status',
        );
  }
  const response =
    integration.responses.find(({ selectionPattern }) => selectionPattern?.test(String(chosen))) ??
    integration.responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (response === undefined) {
    throw new GatewayError('API_CONFIGURATION_ERROR', `no integration response for status ${chosen}`);
  }
  const { statusCode, headers, body, allowedOrigins } = response;
  const { origin } = request;
  const allowed = origin !== undefined && allowedOrigins?.includes(origin);
  return {
    status: statusCode,
    headers: [
      ...Object.entries({
        'Content-Type': body.mediaType,
        ...headers,
        ...(allowed && { 'Access-Control-Allow-Origin': origin }),
      }),
    ],
    body: body.text,
  };
}
