import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../functions/routes.ts';
import { demoUsers } from '../../infra/start/demo.ts';
import { browserPath, launchBrowser, openWindow, type Window } from '../support/browser.ts';
import { operationOn, readResponse, signIn, tabTo, tryOut, tryOutAtOnce } from '../support/docs-page.ts';
import { type System, startSystem } from '../support/system.ts';

const desktop = { width: 1280, height: 900 };
const phone = { width: 375, height: 800 };
const alice = { email: 'alice@example.com', password: 'alice-password' };

/** Saves a picture of the page if SCREENSHOTS names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env;
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, visible] = (await page.evaluate(
    '[document.documentElement.scrollWidth, innerWidth]',
  )) as number[];
  expect(content).toBeLessThanOrEqual(visible ?? 0);
}

describe.runIf(browserPath)('the docs page in a browser (needs Chromium)', () => {
  let system: System;
  let browser: Browser;
  let window: Window;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem({ issuer: { users: demoUsers } }), launchBrowser()]);
  });
  afterEach(() => window.context.close());
  afterAll(async () => {
    await browser?.close();
    await system?.close();
  });

  async function open(size: { width: number; height: number }, path = '/docs'): Promise<Page> {
    window = await openWindow(browser, size);
    await window.page.goto(system.apiUrl + path);
    await operationOn(window.page, 'listTodos').waitFor();
    return window.page;
  }
  const issuerOrigin = () => new URL(system.issuer.url).origin;

  it('signs in, creates a todo, lists it, explains a 400, and signs out', async () => {
    const page = await open(desktop);
    await picture(page, 'docs');
    await signIn(page, alice);
    const created = await tryOut(page, 'createTodo', { body: '{"title": "From the docs page"}' });
    expect(created.status).toBe('201');
    await picture(page, 'created');

    const listed = await tryOut(page, 'listTodos', { parameters: { limit: '5' } });
    expect(listed.status).toBe('200');
    expect(listed.body).toContain('From the docs page');

    const refused = await tryOut(page, 'createTodo', { body: '{"title": " "}' });
    expect(refused.status).toBe('400');
    expect(refused.body).toContain('must not be blank');
    await picture(page, 'refused');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${system.apiUrl}/docs`);
    await page.getByText('You are not signed in.').waitFor();
    expect((await tryOut(page, 'getMe')).status).toBe('401');

    // Chromium logs each 4xx. It would also log a violation of the content security policy.
    expect(window.errors).toEqual([
      expect.stringMatching(/status of 400 .*\/todo\)$/),
      expect.stringMatching(/status of 401 .*\/me\)$/),
    ]);
    expect([...window.origins].sort()).toEqual([system.apiUrl, issuerOrigin()].sort());
  });

  it('asks for the user again after a sign-out', { tags: 'long' }, async () => {
    const page = await open(desktop);
    await signIn(page, alice);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are not signed in.').waitFor();
    await operationOn(page, 'listTodos').waitFor();
    await signIn(page, { email: 'bob@example.com', password: 'bob-password' });
    expect((await tryOut(page, 'getMe')).body).toContain('bob@example.com');
  });

  it('executes an operation only after its example has loaded', { tags: 'long' }, async () => {
    const page = await open(desktop);
    await signIn(page, alice);
    const { status, body } = await tryOutAtOnce(page, 'createTodo');
    expect(status).toBe('201');
    expect(body).toContain('Buy milk');
  });

  it('works on a phone, and with the keyboard only', { tags: 'long' }, async () => {
    const page = await open(phone);
    await expectNoSidewaysScroll(page);
    await picture(page, 'phone');

    await tabTo(page, page.getByRole('button', { name: 'Authorize', exact: true }));
    await page.keyboard.press('Enter');
    const apply = page.getByRole('button', { name: 'Apply given OAuth2 credentials' });
    await apply.waitFor();
    await tabTo(page, apply);
    await picture(page, 'phone-authorize');
    const [login] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('Enter')]);
    await login.getByLabel('Email address').waitFor();
    await expectNoSidewaysScroll(login);
    await login.keyboard.type(alice.email);
    await login.keyboard.press('Tab');
    await login.keyboard.type('not the password');
    await login.keyboard.press('Enter');
    await login.getByRole('alert').filter({ hasText: 'Wrong email or password.' }).waitFor();
    await picture(login, 'phone-login');
    await login.keyboard.type(alice.password);
    await login.keyboard.press('Enter');
    await page.getByText('You are signed in.').waitFor();

    await tabTo(page, page.getByRole('button', { name: 'Close' }).first());
    await page.keyboard.press('Enter');
    const operation = operationOn(page, 'createTodo');
    await tabTo(page, operation.locator('.opblock-summary-control'));
    await page.keyboard.press('Enter');
    const execute = operation.getByRole('button', { name: 'Execute' });
    await execute.waitFor();
    await expectNoSidewaysScroll(page);
    await tabTo(page, execute);
    await page.keyboard.press('Enter');
    expect((await readResponse(operation)).status).toBe('201');
    await expectNoSidewaysScroll(page);
    await picture(page, 'phone-created');
  });

  it('tries out every route under the path of the stage, with a pasted token', {
    tags: 'long',
  }, async () => {
    const page = await open(desktop, '/sandbox/docs/');
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    await page.locator('#auth-bearer-value').fill(await system.issuer.mintToken());
    await page.getByRole('button', { name: 'Apply credentials' }).click();
    await page.getByRole('button', { name: 'Close' }).first().click();
    const { body } = await tryOut(page, 'createTodo');
    const { id } = JSON.parse(body);
    const values: Readonly<Record<string, string>> = { id, asset: 'oauth2-redirect.html' };
    for (const route of routes) {
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const parameters = Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
      const { status, url } = await tryOut(page, route.id, { parameters });
      expect([route.id, status]).toEqual([route.id, expect.stringMatching(/^(20[014]|404|428)$/)]);
      expect(url.startsWith(`${system.apiUrl}/sandbox/`)).toBe(true);
    }
  });

  it('loads its files once: the next visit takes them from the cache of the browser', {
    tags: 'long',
  }, async () => {
    const page = await open(desktop);
    await page.reload();
    await operationOn(page, 'listTodos').waitFor();
    const transferred = (await page.evaluate(
      `performance.getEntriesByType('resource').filter(({ name }) => name.includes('/docs/'))
        .map(({ name, transferSize }) => [name, transferSize])`,
    )) as [string, number][];
    expect(transferred.length).toBeGreaterThanOrEqual(4);
    for (const [name, size] of transferred) expect([name, size]).toEqual([name, 0]);
  });
});
