import { describe, expect, it } from 'vitest';
import { product } from '../../functions/product.ts';
import { describeApi } from '../../infra/openapi/document.ts';
import { expectProblem } from '../support/client.ts';
import { documentConfig } from '../support/openapi/config.ts';
import { anonymous, issuer, requires, target } from '../support/target.ts';

const YEAR = 'public, max-age=31536000, immutable';
const assetsOf = (page: string) =>
  [...page.matchAll(/(?:src|href)="([^"]*\/docs\/[^"]+)"/g)].map(([, path]) => path ?? '');

describe('GET /', () => {
  it('tells where the API, its description and its page are', async () => {
    const base = target.toldUrl;
    const { status, body, headers } = await anonymous('GET', '/');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      title: product.title,
      openapi: `${base}/openapi.json`,
      docs: `${base}/docs`,
      resources: { getMe: `${base}/me`, getExport: `${base}/me/export` },
    });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect((await anonymous('GET', body.openapi)).body.openapi).toMatch(/^3\.1\./);
    expect((await anonymous('GET', body.docs)).body).toMatch(/^<!doctype html>/);
  });
});

describe('GET / under the name of the stage', () => {
  requires('the root path');

  it.each(['/sandbox', '/sandbox/'])('has the stage in its addresses: %s', async (path) => {
    const { body } = await anonymous('GET', path);
    expect(body.docs).toBe(`${target.toldUrl}/sandbox/docs`);
    expect(body.resources.getMe).toBe(`${target.toldUrl}/sandbox/me`);
  });
});

describe('GET /openapi.json', () => {
  requires('an obedient issuer');

  it('returns the document of this deployment to everybody', async () => {
    const { status, body, headers } = await anonymous('GET', '/openapi.json');
    const auth0Domain = new URL(issuer?.url ?? '').host;
    expect(status).toBe(200);
    expect(body).toEqual({
      ...describeApi({ ...documentConfig, auth0Domain }),
      servers: [{ url: target.toldUrl, description: 'sandbox' }],
    });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('returns a 304 to a client that has the document', async () => {
    const etag = (await anonymous('GET', '/openapi.json')).headers.get('etag') ?? '';
    const again = await anonymous('GET', '/openapi.json', { headers: { 'If-None-Match': etag } });
    expect(again).toMatchObject({ status: 304, body: '' });
  });
});

describe('GET /docs', () => {
  it.each(['/docs', '/docs/'])(
    'returns a page with a strict content security policy, and browsers revalidate it: %s',
    async (path) => {
      const { status, body, headers } = await anonymous('GET', path);
      expect(status).toBe(200);
      expect(body).toMatch(/^<!doctype html>/);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('cache-control')).toBe('public, no-cache');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toContain('unsafe');
    },
  );

  describe('for each problem that the API sends', () => {
    requires('gateway responses', 'denial reasons');

    it('has a section that its type leads to', async () => {
      const problems = [
        await anonymous('GET', '/docs/nothing.js'),
        await anonymous('GET', '/docs?unknown=1'),
        await anonymous('GET', '/nowhere'),
        await anonymous('GET', '/todo'),
        await anonymous('GET', '/todo', { headers: { Authorization: 'Bearer one two' } }),
        await anonymous('GET', '/todo', { headers: { Authorization: 'Bearer opaque' } }),
      ];
      const types = problems.map(({ body }) => new URL(body.type, target.apiUrl));
      expect(types.map(({ hash }) => hash)).toEqual([
        '#not-found',
        '#invalid-request',
        '#unknown-route',
        '#token-required',
        '#malformed-authorization',
        '#invalid-token',
      ]);
      for (const type of types) {
        const page = await (await fetch(type)).text();
        expect(page).toContain(`id="${type.hash.slice(1)}"`);
      }
    });
  });

  it('loads only files of this API, and browsers may cache them for a year', async () => {
    const { body } = await anonymous('GET', '/docs');
    const assets = assetsOf(body);
    expect(assets).toHaveLength(5);
    expect(body.match(/(src|href)="https?:/g)).toBeNull();
    const basePath = new URL(target.toldUrl).pathname.replace(/\/$/, '');
    for (const path of assets.map((asset) => asset.slice(basePath.length))) {
      const asset = await anonymous('GET', path);
      expect({ path, status: asset.status, cache: asset.headers.get('cache-control') }).toEqual({
        path,
        status: 200,
        cache: YEAR,
      });
      const headers = { 'If-None-Match': asset.headers.get('etag') ?? '' };
      expect((await anonymous('GET', path, { headers })).status).toBe(304);
      expect(await anonymous('HEAD', path)).toMatchObject({ status: 200, body: '' });
    }
  });

  it('has a redirect page with a fixed name for the issuer', async () => {
    const { status, body, headers } = await anonymous('GET', '/docs/oauth2-redirect.html');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, no-cache');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    const [script] = /oauth2-redirect\.\w+\.js/.exec(body) ?? [];
    expect((await anonymous('GET', `/docs/${script}`)).status).toBe(200);
  });

  const expectNoFile = async (name: string) => expectProblem(await anonymous('GET', `/docs/${name}`), 404);

  it.each(['nothing.js', 'index.mjs', 'constructor'])('returns a 404 for every other file: %s', expectNoFile);

  describe('returns a 404', () => {
    // Some gateways decode these to paths with more segments, and respond by themselves.
    requires('gateway responses');

    it.each(['..%2Fopenapi.json', '%2E%2E%2Findex.mjs'])('for an encoded path: %s', expectNoFile);
  });
});

describe('GET /docs under the name of the stage', () => {
  requires('the root path');

  it.each(['/sandbox/docs', '/sandbox/docs/'])('loads its files from the same stage: %s', async (path) => {
    const { body } = await anonymous('GET', path);
    const assets = assetsOf(body);
    expect(assets).toHaveLength(5);
    for (const asset of assets) {
      expect(asset).toMatch(/^\/sandbox\/docs\//);
      expect((await anonymous('HEAD', asset)).status).toBe(200);
    }
  });
});
