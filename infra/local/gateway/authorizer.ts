import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import type { AuthorizerSpec } from '../deployment-spec.ts';
import type { InvocationResult } from '../lambda/invocation.ts';
import { GatewayError } from './failures.ts';
import { AuthorizerConfigurationError, evaluatePolicy } from './iam-policy.ts';

/** The context of an authorizer, as functions see it in event.requestContext.authorizer, and templates in $context.authorizer. */
export interface GatewayAuthorizerContext {
  [key: string]: string | number;
  principalId: string;
  /** The duration of the authorizer in milliseconds; 0 for a result from the cache. */
  integrationLatency: number;
}

export interface Authorization {
  decision: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
  context: GatewayAuthorizerContext;
  cacheHit: boolean;
}

export interface Authorizer {
  /**
   * @param identity the value of the identity header
   * @throws {GatewayError} UNAUTHORIZED if the identity is missing or does not match the validation expression, or
   *   if the function throws `Unauthorized`; AUTHORIZER_FAILURE if the function fails in another way;
   *   AUTHORIZER_CONFIGURATION_ERROR if its result is malformed
   */
  authorize(identity: string | undefined, methodArn: string): Promise<Authorization>;
}

interface AuthorizerResult {
  principalId: string;
  policyDocument: unknown;
  /** The values are strings, as in API Gateway. */
  context: Record<string, string>;
}

/**
 * Makes a TOKEN authorizer that works as in API Gateway. Results are cached by the value of the identity header.
 * The cached policy is evaluated for the ARN of each method. Errors are not cached. Simultaneous requests with
 * one new token each invoke the function.
 * Source: API Gateway guide, "Use API Gateway Lambda authorizers"
 *
 * @param invoke invokes the authorizer function
 * @param now the clock, in milliseconds since the epoch
 * @param maxEntries the size of the cache. When it is full, the least recently used entry is removed
 */
export function createGatewayAuthorizer(options: {
  spec: AuthorizerSpec;
  invoke: (event: unknown) => Promise<InvocationResult>;
  now: () => number;
  maxEntries?: number;
}): Authorizer {
  const { spec, invoke, now, maxEntries = MAX_CACHE_ENTRIES } = options;
  const cache = new LRUCache<string, AuthorizerResult>({
    max: maxEntries,
    ttl: spec.ttlSeconds * 1000,
    ttlResolution: 0,
    perf: { now },
  });

  return {
    authorize: async (identity, methodArn) => {
      if (!identity || spec.validationRegex?.test(identity) === false) throw new GatewayError('UNAUTHORIZED');

      const cached = cache.get(identity);
      if (cached) return authorization(cached, methodArn, 0, true);

      const startedAt = performance.now();
      const result = await invoke({ type: 'TOKEN', methodArn, authorizationToken: identity });
      if (!result.ok) {
        throw result.errorMessage === 'Unauthorized'
          ? new GatewayError('UNAUTHORIZED')
          : new GatewayError('AUTHORIZER_FAILURE', `${result.errorType}: ${result.errorMessage}`);
      }
      const latency = Math.round(performance.now() - startedAt);
      try {
        const parsed = parseAuthorizerResult(result.payload);
        const fresh = authorization(parsed, methodArn, latency, false);
        // A time to live of 0 turns the cache off. For lru-cache it would mean that nothing expires.
        if (spec.ttlSeconds > 0) cache.set(identity, parsed);
        return fresh;
      } catch (error) {
        if (!(error instanceof AuthorizerConfigurationError)) throw error;
        throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', error.message);
      }
    },
  };
}

/** @throws {AuthorizerConfigurationError} when the policy cannot be evaluated */
function authorization(
  { principalId, policyDocument, context }: AuthorizerResult,
  methodArn: string,
  integrationLatency: number,
  cacheHit: boolean,
): Authorization {
  return {
    decision: evaluatePolicy(policyDocument, methodArn),
    context: { ...context, principalId, integrationLatency },
    cacheHit,
  };
}

/**
 * Parses the result of an authorizer.
 * Source: API Gateway guide, "Output from an API Gateway Lambda authorizer"
 * @throws {AuthorizerConfigurationError} unless it has a principal and a policy, and its context, if it has one, is flat
 */
export function parseAuthorizerResult(payload: unknown): AuthorizerResult {
  if (!isRecord(payload)) throw new AuthorizerConfigurationError('the result is not an object');
  const { principalId, policyDocument, context = {} } = payload;
  if (typeof principalId !== 'string' || principalId === '') {
    throw new AuthorizerConfigurationError('the result has no principalId');
  }
  if (!isRecord(policyDocument)) throw new AuthorizerConfigurationError('the result has no policyDocument');
  if (!isRecord(context)) throw new AuthorizerConfigurationError('context is not an object');
  return { principalId, policyDocument, context: stringifyValues(context) };
}

function stringifyValues(context: Record<string, unknown>): Record<string, string> {
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new AuthorizerConfigurationError(`context.${key} is not a string, number or boolean`);
    }
    strings[key] = String(value);
  }
  return strings;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
