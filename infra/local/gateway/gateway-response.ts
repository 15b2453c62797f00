import type { GatewayResponseSpec } from '../deployment-spec.ts';
import { type Failure, type FailureName, failures } from './failures.ts';
import { type HttpResponse, isValidHeader } from './http-response.ts';

/** The values that mappings and templates of a gateway response can use. */
export interface GatewayResponseSources {
  /** The $context object, without its `error`. */
  context: object;
  stageVariables: Record<string, string> | null;
  /** Gives a parameter of the request. */
  parameter(position: 'header' | 'querystring' | 'path', name: string): string | undefined;
  /** The request's Accept header. */
  accept: string | undefined;
}

/** The template of a response type without templates. */
const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/**
 * Renders the response to a failure. It uses the gateway response of the template for the failure's type, then that
 * for DEFAULT_4XX or DEFAULT_5XX, then the default of API Gateway.
 *
 * As in API Gateway, variables are substituted without escaping, and an unknown variable becomes an empty string. A
 * header is left out if its mapping has no value, or a value that is not valid in HTTP.
 */
export function renderGatewayResponse(
  name: FailureName,
  gatewayResponses: Map<string, GatewayResponseSpec>,
  sources: GatewayResponseSources,
): HttpResponse {
  const failure: Failure = failures[name];
  const spec =
    gatewayResponses.get(failure.responseType) ??
    gatewayResponses.get(failure.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const context = {
    ...sources.context,
    error: {
      message: failure.message,
      messageString: JSON.stringify(failure.message),
      responseType: failure.responseType,
    },
  };

  const [mediaType, template] = chooseTemplate(spec?.templates ?? {}, sources.accept);
  const headers = new Map([
    ['content-type', ['Content-Type', mediaType]],
    ['x-amzn-errortype', ['x-amzn-ErrorType', failure.errorType]],
  ]) as Map<string, [string, string]>;
  for (const [header, expression] of Object.entries(spec?.headers ?? {})) {
    const value = evaluateMapping(expression, context, sources);
    if (value !== undefined && isValidHeader(header, value))
      headers.set(header.toLowerCase(), [header, value]);
  }
  return {
    status: spec?.statusCode ?? failure.status,
    headers: [...headers.values()],
    body: substitute(template, context, sources.stageVariables),
  };
}

function chooseTemplate(
  templates: Record<string, string>,
  accept = '',
): [mediaType: string, template: string] {
  const entries = Object.entries(Object.keys(templates).length > 0 ? templates : defaultTemplates);
  const accepted = accept.split(',').map((range) => range.split(';', 1)[0]?.trim().toLowerCase());
  const chosen =
    entries.find(([mediaType]) => accepted.includes(mediaType.toLowerCase())) ??
    entries.find(([mediaType]) => mediaType === 'application/json') ??
    entries[0];
  return chosen ?? ['application/json', ''];
}

function evaluateMapping(
  expression: string,
  context: object,
  sources: GatewayResponseSources,
): string | undefined {
  if (expression.startsWith("'")) return expression.slice(1, -1);
  const [root = '', position = '', ...rest] = expression.split('.');
  if (root === 'context') return lookUp(context, [position, ...rest]);
  const [location = '', ...name] = rest;
  if (position !== 'request') return undefined;
  return isParameterPosition(location) ? sources.parameter(location, name.join('.')) : undefined;
}

function isParameterPosition(location: string): location is 'header' | 'querystring' | 'path' {
  return location === 'header' || location === 'querystring' || location === 'path';
}

function substitute(
  template: string,
  context: object,
  stageVariables: Record<string, string> | null,
): string {
  return template.replaceAll(
    /\$(context|stageVariables)((?:\.[A-Za-z][\w-]*)+)/g,
    (_variable, root: string, path: string) =>
      lookUp(root === 'context' ? context : stageVariables, path.slice(1).split('.')) ?? '',
  );
}

/** Reads own properties only, so that a name such as `constructor` has no value. */
function lookUp(source: unknown, path: string[]): string | undefined {
  let value = source;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
