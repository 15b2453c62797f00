import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import type { AuthorizerSpec } from '../deployment-spec.ts';
import type { InvocationResult } from '../lambda/invocation.ts';
import { GatewayError } from './failures.ts';
import { AuthorizerConfigurationError, evaluatePolicy } from './iam-policy.ts';

/** What an authorizer passes on, as event.requestContext.authorizer and $context.authorizer hold it. */
export interface GatewayAuthorizerContext {
  [key: string]: string | number;
  principalId: string;
  /** Milliseconds that the authorizer took; 0 from the cache. */
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
   * @throws GatewayError: UNAUTHORIZED without an acceptable identity or if the function says so,
   *   AUTHORIZER_FAILURE if it fails otherwise, AUTHORIZER_CONFIGURATION_ERROR if its result is malformed
   */
  authorize(identity: string | undefined, methodArn: string): Promise<Authorization>;
}

interface AuthorizerResult {
  principalId: string;
  policyDocument: unknown;
  /** Values as strings, as functions and mappings receive them. */
  context: Record<string, string>;
}

/**
 * A TOKEN authorizer as API Gateway runs it: results are cached by the identity header's value, and the
 * cached policy is evaluated for each method's ARN. Errors are never cached, and simultaneous requests with
 * one uncached token each invoke the function (API Gateway guide, "Use API Gateway Lambda authorizers").
 *
 * @param invoke the authorizer function
 * @param now epoch milliseconds
 * @param maxEntries the size of the cache, from which the least recently used entry is removed
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

/** @throws AuthorizerConfigurationError for a policy that cannot be evaluated */
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
 * @param payload what the authorizer returned
 * @throws AuthorizerConfigurationError unless it has a principal, a policy, and a flat context if any
 *   (API Gateway guide, "Output from an API Gateway Lambda authorizer")
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
