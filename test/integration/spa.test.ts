import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoUsers } from '../../infra/start/demo.ts';
import { createPageServer } from '../client/spa/server.ts';
import { browserPath, launchBrowser, openWindow, type Window } from '../support/browser.ts';
import { createClient } from '../support/client.ts';
import { type Listener, listen } from '../support/listen.ts';
import { AUDIENCE, type System, startSystem } from '../support/system.ts';

describe.runIf(browserPath)('the front end in a browser (needs Chromium)', { tags: 'long' }, () => {
  let system: System;
  let pages: Listener;
  let browser: Browser;
  let window: Window;
  /** The requests to the issuer that the page sent. */
  let requests: Request[];
  beforeAll(async () => {
    [system, pages, browser] = await Promise.all([
      startSystem({ issuer: { users: demoUsers } }),
      listen(createPageServer()),
      launchBrowser(),
    ]);
  });
  afterEach(() => window.context.close());
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await system?.close();
  });

  /** Opens the page, with the addresses of this system in config.js. */
  async function open(): Promise<Page> {
    window = await openWindow(browser, { width: 800, height: 600 });
    const { page } = window;
    requests = [];
    page.on('request', (request) => {
      if (request.url().startsWith(system.issuer.url)) requests.push(request);
    });
    const config = {
      domain: new URL(system.issuer.url).origin,
      clientId: 'todo-demo-spa',
      audience: AUDIENCE,
      apiUrl: system.apiUrl,
    };
    await page.route(`${pages.url}/config.js`, (route) =>
      route.fulfill({
        contentType: 'text/javascript',
        body: `export const config = ${JSON.stringify(config)}`,
      }),
    );
    await page.goto(pages.url);
    return page;
  }

  async function signIn(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Email address').fill('alice@example.com');
    await page.getByLabel('Password').fill('alice-password');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('alice@example.com').waitFor();
  }

  async function add(page: Page, title: string): Promise<void> {
    await page.getByLabel('New todo').fill(title);
    await page.getByRole('button', { name: 'Add' }).click();
  }

  it('signs in, adds and lists todos, explains a refusal, and signs out', async () => {
    const page = await open();
    await signIn(page);
    expect(page.url()).toBe(`${pages.url}/`);
    await add(page, '<b>Water the plants</b>');
    await page.getByRole('listitem').getByText('<b>Water the plants</b>', { exact: true }).waitFor();

    await add(page, ' ');
    await page.getByRole('alert').getByText('title: must not be blank').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();

    // Chromium logs each 4xx. It would also log a violation of the content security policy.
    expect(window.errors).toEqual([expect.stringMatching(/status of 400 .*\/todo\)$/)]);
    const origins = [pages.url, system.apiUrl, new URL(system.issuer.url).origin];
    expect([...window.origins].sort()).toEqual(origins.sort());
  });

  it('renews the token with its refresh token', async () => {
    const page = await open();
    await signIn(page);
    const renewal = page.waitForResponse((response) => response.url().endsWith('/oauth/token'));
    await page.getByRole('button', { name: 'Renew the token' }).click();
    expect((await renewal).status()).toBe(200);
    await page.getByText('Renewed at').waitFor();
    await add(page, 'With the new token');
    await page.getByRole('listitem').getByText('With the new token').waitFor();
    expect(window.errors).toEqual([]);
  });

  it('stays signed in after a reload: the issuer responds to a hidden frame', async () => {
    const page = await open();
    await signIn(page);
    requests.length = 0;
    await page.reload();
    await page.getByText('alice@example.com').waitFor();
    const silent = requests
      .map((request) => new URL(request.url()))
      .filter(({ pathname }) => pathname === '/authorize');
    expect(
      silent.map(({ searchParams }) => [searchParams.get('prompt'), searchParams.get('response_mode')]),
    ).toEqual([['none', 'web_message']]);
    expect(window.errors).toEqual([]);
  });

  it('shows the login page when neither the refresh token nor the session is valid', async () => {
    const page = await open();
    await signIn(page);
    await window.context.clearCookies();
    const body = '{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}';
    system.issuer.failWith('token', {
      status: 403,
      headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' },
      body,
    });
    await page.getByRole('button', { name: 'Renew the token' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('lists the todos of all pages', async () => {
    const page = await open();
    await signIn(page);
    const call = createClient(system.apiUrl, await system.issuer.mintToken());
    for (let i = 0; i <= 100; i++) await call('POST', '/todo', { body: { title: `Todo ${i}` } });
    await page.reload();
    await page.getByRole('listitem').getByText('Todo 100', { exact: true }).waitFor();
    await page.getByRole('listitem').getByText('Todo 0', { exact: true }).waitFor();
  });
});
