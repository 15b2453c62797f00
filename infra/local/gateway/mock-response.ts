import type { MockIntegration } from '../deployment-spec.ts';
import { GatewayError } from './failures.ts';
import type { HttpResponse } from './http-response.ts';

/**
 * Answers a MOCK integration: the request template of the content type chooses a status, and that status an
 * integration response (API Gateway guide, "Mock integrations" and "Method request behavior for payloads
 * without mapping templates").
 *
 * @param request its headers; API Gateway takes JSON where there is no content type
 * @throws GatewayError if no template or no response fits
 */
export function renderMockResponse(
  integration: MockIntegration,
  request: { readonly contentType: string | undefined; readonly origin: string | undefined },
): HttpResponse {
  const { contentType = 'application/json' } = request;
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const chosen = integration.statusCodes.get(mediaType);
  if (chosen === undefined) {
    const refused =
      integration.passthrough === 'NEVER' ||
      (integration.passthrough === 'WHEN_NO_TEMPLATES' && integration.statusCodes.size > 0);
    throw refused
      ? new GatewayError('UNSUPPORTED_MEDIA_TYPE')
      : new GatewayError(
          'API_CONFIGURATION_ERROR',
          'the mock integration was passed a body that chooses no status',
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
