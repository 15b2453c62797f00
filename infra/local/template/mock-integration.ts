import type { MockIntegration, MockResponse } from '../deployment-spec.ts';
import { isValidHeader } from '../gateway/http-response.ts';
import { staticValue, wholeMatch } from './mapping.ts';
import { readOriginTemplate } from './origin-template.ts';
import type { Resource } from './resources.ts';
import { TemplateError } from './template-error.ts';

type MethodProperties = Resource<'AWS::ApiGateway::Method'>['properties'];
type MockProperties = Extract<MethodProperties['Integration'], { Type: 'MOCK' }>;
type MethodResponses = MethodProperties['MethodResponses'];

const HEADER_PREFIX = 'method.response.header.';

/** API Gateway accepts the key without quotes, and the CDK writes it so. */
const requestTemplate = /^\s*\{\s*"?statusCode"?\s*:\s*(\d{3})\s*\}\s*$/;

/** VTL's variables and directives start with these characters. */
const vtl = /[$#]/;

/**
 * Reads a MOCK integration with static responses, such as the CDK's CORS preflight. One template in VTL is
 * implemented: the CDK's template for a preflight with several origins.
 *
 * @throws {TemplateError} for another template in VTL, for a mapping that is not static, and for a status or header
 *   that the method responses do not declare, which API Gateway refuses too
 */
export function readMockIntegration(
  logicalId: string,
  mock: MockProperties,
  methodResponses: MethodResponses,
): MockIntegration {
  const statusCodes = new Map<string, number>();
  for (const [mediaType, template] of Object.entries(mock.RequestTemplates)) {
    const statusCode = requestTemplate.exec(template)?.[1];
    if (statusCode === undefined) {
      throw new TemplateError(
        `${logicalId}: request template ${JSON.stringify(template)} is not implemented locally`,
      );
    }
    statusCodes.set(mediaType, Number(statusCode));
  }
  return {
    type: 'MOCK',
    statusCodes,
    passthrough: mock.PassthroughBehavior,
    responses: mock.IntegrationResponses.map((response) =>
      readResponse(logicalId, response, methodResponses),
    ),
  };
}

function readResponse(
  logicalId: string,
  response: MockProperties['IntegrationResponses'][number],
  methodResponses: MethodResponses,
): MockResponse {
  const declared = methodResponses.find(({ StatusCode }) => StatusCode === response.StatusCode);
  if (declared === undefined) {
    throw new TemplateError(`${logicalId}: no method response declares status ${response.StatusCode}`);
  }
  const headers: Record<string, string> = {};
  for (const [target, source] of Object.entries(response.ResponseParameters)) {
    const value = staticValue(source);
    if (!target.startsWith(HEADER_PREFIX) || value === undefined || !isValidHeader(target, value)) {
      throw new TemplateError(
        `${logicalId}: ResponseParameters ${target}: ${source} is not implemented locally`,
      );
    }
    if (!Object.hasOwn(declared.ResponseParameters, target)) {
      throw new TemplateError(`${logicalId}: no method response declares ${target}`);
    }
    headers[target.slice(HEADER_PREFIX.length)] = value;
  }
  return {
    ...(response.SelectionPattern === undefined
      ? {}
      : { selectionPattern: wholeMatch(response.SelectionPattern, logicalId) }),
    statusCode: Number(response.StatusCode),
    headers,
    ...readTemplate(logicalId, response.ResponseTemplates),
  };
}

function readTemplate(
  logicalId: string,
  templates: Record<string, string>,
): Pick<MockResponse, 'body' | 'allowedOrigins'> {
  const [[mediaType, text] = ['application/json', ''], ...others] = Object.entries(templates);
  if (others.length > 0)
    throw new TemplateError(`${logicalId}: several response templates are not implemented locally`);
  const allowedOrigins = readOriginTemplate(text);
  if (allowedOrigins !== undefined) return { allowedOrigins, body: { mediaType, text: '' } };
  if (vtl.test(text)) {
    throw new TemplateError(
      `${logicalId}: this response template in VTL is not implemented locally: ${text}`,
    );
  }
  return { body: { mediaType, text } };
}
