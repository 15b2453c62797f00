import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDocumentClient, UNUSED_MIDDLEWARE } from '../../../../functions/dynamodb/client.ts';

const withUnusedName = (names: readonly string[]) =>
  names.filter((name) => UNUSED_MIDDLEWARE.some((unused) => name.startsWith(`${unused} `)));

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ENDPOINT_URL', '');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('the client of the functions', () => {
  it('has all middleware of the SDK except what functions do not use', () => {
    const usual = new DynamoDBClient().middlewareStack.identify();
    const ours = createDocumentClient().middlewareStack.identify();
    // An upgrade of the SDK may rename a middleware. Then the client would keep it.
    expect(withUnusedName(usual)).toHaveLength(UNUSED_MIDDLEWARE.length);
    expect(ours.filter((name) => usual.includes(name))).toEqual(
      usual.filter((name) => !withUnusedName(usual).includes(name)),
    );
  });

  it('checks each response around its parser, and within the repetition of attempts', () => {
    const names = createDocumentClient()
      .middlewareStack.identify()
      .map((name) => name.split(' ', 1)[0]);
    expect(names.slice(names.indexOf('retryMiddleware'))).toEqual([
      'retryMiddleware',
      'httpSigningMiddleware',
      'checkResponse',
      'deserializerMiddleware',
    ]);
  });

  it('makes three attempts, of which each gets its response in a second', async () => {
    const { config } = createDocumentClient();
    expect(await config.maxAttempts()).toBe(3);
    expect(config.retryMode).toBe('standard');
    // The handler reads its options at the first request.
    const { configProvider } = config.requestHandler as unknown as { configProvider: Promise<object> };
    expect(await configProvider).toMatchObject({ requestTimeout: 1_000, throwOnRequestTimeout: true });
  });

  it('waits half a second for the rest of a response', async () => {
    vi.useFakeTimers();
    const collected = createDocumentClient().config.streamCollector(new Readable({ read() {} }));
    const outcome = expect(collected).rejects.toThrow('The response did not end within 500 ms.');
    await vi.advanceTimersByTimeAsync(500);
    await outcome;
  });

  it('leaves out members that are undefined', () => {
    const { translateConfig } = createDocumentClient().config as { translateConfig?: unknown };
    expect(translateConfig).toMatchObject({ marshallOptions: { removeUndefinedValues: true } });
  });

  it.each([
    ['DynamoDB alone', { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' }],
    ['all services', { AWS_ENDPOINT_URL: 'http://127.0.0.1:8000' }],
    [
      'DynamoDB before all services',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:8000' },
    ],
  ])('goes to the endpoint that the environment names for %s', async (_case, environment) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(await createDocumentClient().config.endpoint?.()).toMatchObject({
      hostname: '127.0.0.1',
      port: 8_000,
    });
  });

  it('looks for no setting that a function never has', async () => {
    const { config } = createDocumentClient();
    expect(config).toMatchObject({ ignoreConfiguredEndpointUrls: true });
    expect(await config.useDualstackEndpoint()).toBe(false);
    expect(await config.useFipsEndpoint()).toBe(false);
    expect(await config.accountIdEndpointMode?.()).toBe('preferred');
    expect(await config.authSchemePreference()).toEqual([]);
  });
});
