import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyHandler, APIGatewayProxyResult } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { proxyEvent, type RequestOptions } from '../../../support/events.ts';

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
const PAGE = '<link href="{{base}}/docs/a.css"><script src="{{base}}/docs/a.js">';
const DOCUMENT = '{"servers":[{"url":"https://api.example.com/prod"}]}';
const HASHED = 'page.0123456789abcdef.js';

let asset: APIGatewayProxyHandler;
let openapi: APIGatewayProxyHandler;
let page: APIGatewayProxyHandler;
let root: APIGatewayProxyHandler;

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'openapi.json'), '{"servers":[{"url":"{{base}}"}]}');
  writeFileSync(join(folder, 'page.html'), PAGE);
  writeFileSync(join(folder, 'root.json'), '{"docs":"{{base}}/docs","todos":"{{base}}/todo"}');
  writeFileSync(join(folder, 'headers.json'), '{"Content-Security-Policy":"default-src none"}');
  for (const name of [HASHED, 'a.css', 'a.html', 'a.js', 'a.svg', 'LICENSE', 'a.0123456789abcdef']) {
    writeFileSync(join(folder, 'assets', name), `ü ${name}`);
  }
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  ({ handler: asset } = await import('../../../../functions/docs/asset.ts'));
  ({ handler: openapi } = await import('../../../../functions/docs/openapi.ts'));
  ({ handler: page } = await import('../../../../functions/docs/page.ts'));
  ({ handler: root } = await import('../../../../functions/docs/root.ts'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function call(handler: APIGatewayProxyHandler, options: RequestOptions = {}) {
  const event = proxyEvent({ resource: '/docs', ...options });
  return (await handler(event, {} as never, () => {})) as APIGatewayProxyResult;
}
const getAsset = (name: string, options: RequestOptions = {}) =>
  call(asset, {
    resource: '/docs/{asset}',
    path: `/docs/${name}`,
    pathParameters: { asset: name },
    ...options,
  });
const digest = (text: string) => `"${createHash('sha256').update(text).digest('base64url')}"`;

describe('GET /', () => {
  it.each([
    ['a stage', 'prod', 'https://api.example.com/prod'],
    ['no stage', '', 'https://api.example.com'],
  ])('gives the addresses that the client can use: %s', async (_case, stage, base) => {
    const { statusCode, headers, body } = await call(root, { stage, resource: '/', path: '/' });
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toEqual({ docs: `${base}/docs`, todos: `${base}/todo` });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'Cache-Control': 'public, no-cache',
      ETag: `W/${digest(body)}`,
    });
  });
});

describe('GET /openapi.json', () => {
  it('gives the file of the deployment, and browsers revalidate it each time', async () => {
    const { statusCode, headers, body } = await call(openapi, { resource: '/openapi.json' });
    expect(statusCode).toBe(200);
    expect(body).toBe(DOCUMENT);
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'Cache-Control': 'public, no-cache',
      ETag: `W/${digest(body)}`,
    });
  });

  it('responds with 304 to a client that has the file', async () => {
    const ETag = `W/${digest(DOCUMENT)}`;
    const headers = { 'If-None-Match': ETag };
    expect(await call(openapi, { resource: '/openapi.json', headers })).toMatchObject({
      statusCode: 304,
      headers: { ETag, 'Cache-Control': 'public, no-cache' },
      body: '',
    });
  });
});

describe('the address in GET /openapi.json', () => {
  const of = async (options: RequestOptions) => {
    const { headers, body } = await call(openapi, { resource: '/openapi.json', ...options });
    return { url: JSON.parse(body).servers[0].url, etag: headers?.ETag };
  };

  it.each([
    ['of a stage', { stage: 'prod', path: '/openapi.json' }, 'https://api.example.com/prod'],
    ['of a custom domain', { stage: '', path: '/openapi.json/' }, 'https://api.example.com'],
  ])('is absolute: %s', async (_case, options, url) => {
    expect(await of(options)).toMatchObject({ url });
  });

  it('makes another ETag, so that a client that knows one address learns the other', async () => {
    const stage = await of({ stage: 'prod', path: '/openapi.json' });
    const root = await of({ stage: '', path: '/openapi.json' });
    expect(stage.etag).not.toBe(root.etag);
  });
});

describe('GET /docs', () => {
  it.each([
    ['a stage', 'prod', '/prod'],
    ['no stage', '', ''],
  ])('links its files below the path of the stage: %s', async (_case, stage, base) => {
    const { statusCode, headers, body } = await call(page, { stage, path: '/docs/' });
    expect(statusCode).toBe(200);
    expect(body).toBe(`<link href="${base}/docs/a.css"><script src="${base}/docs/a.js">`);
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': 'default-src none',
    });
  });
});

describe('GET /docs/{asset}', () => {
  it.each(['code', 'state', 'iss', 'session_state', 'error', 'error_description', 'error_uri'])(
    'serves the callback page of a sign-in, whose script reads what the issuer adds: %s',
    async (name) => {
      expect((await getAsset('a.html', { query: { [name]: 'x' } })).statusCode).toBe(200);
    },
  );

  it('refuses every other parameter', async () => {
    const { statusCode, body } = await getAsset('a.html', { query: { stat: 'x' } });
    expect(statusCode).toBe(400);
    expect(JSON.parse(body).errors).toEqual({ stat: ['is no parameter of this route: did you mean state?'] });
  });

  it.each([
    ['a.css', 'text/css; charset=utf-8'],
    ['a.html', 'text/html; charset=utf-8'],
    ['a.js', 'text/javascript; charset=utf-8'],
    ['a.svg', 'image/svg+xml'],
    ['LICENSE', 'text/plain; charset=utf-8'],
  ])('has the content type of the extension: %s', async (name, type) => {
    const { statusCode, headers, body } = await getAsset(name);
    expect(statusCode).toBe(200);
    expect(body).toBe(`ü ${name}`);
    expect(headers).toMatchObject({ 'Content-Type': type, 'Cache-Control': 'public, no-cache' });
  });

  it('is cached for a year if its name contains a hash', async () => {
    const { headers } = await getAsset(HASHED);
    expect(headers?.['Cache-Control']).toBe('public, max-age=31536000, immutable');
    expect((await getAsset('a.0123456789abcdef')).headers?.['Cache-Control']).toBe('public, no-cache');
  });

  it('has the security headers only if it is an HTML page', async () => {
    expect((await getAsset('a.html')).headers).toHaveProperty('Content-Security-Policy');
    expect((await getAsset('a.js')).headers).not.toHaveProperty('Content-Security-Policy');
  });

  it.each(['none.js', '', '../openapi.json', '..'])(
    'responds with 404 for an unknown name: %j',
    async (name) => {
      const { statusCode, body } = await getAsset(name);
      expect(statusCode).toBe(404);
      expect(JSON.parse(body).detail).toBe('There is no such file.');
    },
  );

  it('responds with 404 without a name', async () => {
    expect((await call(asset)).statusCode).toBe(404);
  });
});
