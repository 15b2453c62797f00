import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../../infra/local/issuer/issuer.ts';
import { demoSpaClient } from '../../../infra/start/demo.ts';
import { browserPath, launchBrowser, openWindow } from '../../support/browser.ts';
import { type Listener, listen } from '../../support/listen.ts';
import {
  alice,
  authorizeUrl,
  callback,
  claims,
  codeGrant,
  openBrowser,
  requestToken,
  signIn,
  start,
} from './support.ts';

const webMessage = { response_mode: 'web_message' };

/** What a page of the response gives to the application. */
async function messageOf(response: Response) {
  const page = await response.text();
  const [, target, data = ''] = /<body data-target="([^"]*)" data-response="([^"]*)">/.exec(page) ?? [];
  return { target, response: JSON.parse(data.replaceAll('&quot;', '"')) };
}

describe('response_mode=web_message', () => {
  it('gives the code to the origin of the redirect URI, which alone may frame the response', async () => {
    const issuer = await start();
    const browser = openBrowser();
    await signIn(issuer, browser);
    const response = await browser.get(authorizeUrl(issuer, { ...webMessage, prompt: 'none' }));
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain('frame-ancestors http://127.0.0.1:3000');
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+';/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const message = await messageOf(response);
    expect(message).toEqual({
      target: 'http://127.0.0.1:3000',
      response: { code: expect.any(String), state: 'the-state' },
    });
    const { body } = await requestToken(issuer, codeGrant(message.response.code));
    expect(claims(body.access_token).sub).toBe(alice.subject);
  });

  it.each([
    ['prompt=none without a session', { prompt: 'none' }, 'login_required', 'Login required'],
    [
      'another parameter is wrong',
      { response_type: 'token' },
      'unsupported_response_type',
      expect.any(String),
    ],
  ])('gives the error in the same way: %s', async (_, changes, error, error_description) => {
    const issuer = await start();
    const response = await openBrowser().get(authorizeUrl(issuer, { ...webMessage, ...changes }));
    expect(response.status).toBe(200);
    expect(await messageOf(response)).toEqual({
      target: 'http://127.0.0.1:3000',
      response: { error, error_description, state: 'the-state' },
    });
  });

  it('gives the code after a sign-in in a popup', async () => {
    const issuer = await start();
    const response = await signIn(issuer, openBrowser(), { request: webMessage });
    expect(response.headers.get('set-cookie')).toContain('auth0=');
    expect((await messageOf(response)).response).toEqual({ code: expect.any(String), state: 'the-state' });
  });

  it('escapes what the application sent', async () => {
    const state = `"><script>alert('1')</script>`;
    const response = await openBrowser().get(
      authorizeUrl(await start(), { ...webMessage, prompt: 'none', state }),
    );
    const page = await response.text();
    expect(page).toContain('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('is refused on a page that nobody may frame, for an origin that is not registered', async () => {
    const issuer = await start({
      clients: [{ ...demoSpaClient, callbacks: [callback], webOrigins: ['http://127.0.0.1:4000'] }],
    });
    const response = await openBrowser().get(authorizeUrl(issuer, { ...webMessage, prompt: 'none' }));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('is not in the client&#39;s list of Allowed Web Origins');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

/** Serves an empty page of an application. */
const serveApplication = () =>
  listen(
    createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Application</title>');
    }),
  );

/** Opens a hidden frame as auth0-spa-js does, and gives the first message, or "no message" after a time. */
const askInFrame = (url: string, waitMs: number) => `new Promise((resolve) => {
  addEventListener('message', ({ origin, data }) => resolve({ origin, data }), { once: true });
  setTimeout(resolve, ${waitMs}, 'no message');
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  frame.src = ${JSON.stringify(url)};
  document.body.append(frame);
})`;

describe.runIf(browserPath)('a frame in a browser (needs Chromium)', () => {
  let application: Listener;
  let chromium: Browser;
  beforeAll(async () => {
    application = await serveApplication();
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium?.close();
    await application?.close();
  });

  const startForPatterns = () => start({ clients: [demoSpaClient] });
  const silentUrl = (issuer: Issuer, redirect_uri: string) =>
    authorizeUrl(issuer, { ...webMessage, prompt: 'none', redirect_uri });

  it('gets the code of the session', async () => {
    const issuer = await startForPatterns();
    const { page, context } = await openWindow(chromium, { width: 800, height: 600 });
    const home = application.url;
    await page.goto(authorizeUrl(issuer, { redirect_uri: home }));
    await page.getByRole('button', { name: 'alice@example.com' }).click();
    await page.waitForURL(`${home}/?code=*`);
    const message = await page.evaluate(askInFrame(silentUrl(issuer, home), 60_000));
    expect(message).toEqual({
      origin: `http://${issuer.domain}`,
      data: {
        type: 'authorization_response',
        response: { code: expect.any(String), state: 'the-state' },
      },
    });
    await context.close();
  });

  it('of another origin gets no message', async () => {
    const issuer = await startForPatterns();
    const { page, context } = await openWindow(chromium, { width: 800, height: 600 });
    await page.goto(application.url);
    const redirectUri = `http://localhost:${application.port}`;
    const blocked = page.waitForEvent('console', {
      predicate: (message) => message.text().includes('frame-ancestors'),
    });
    const message = page.evaluate(askInFrame(silentUrl(issuer, redirectUri), 1_000));
    await blocked;
    expect(await message).toBe('no message');
    await context.close();
  });
});
