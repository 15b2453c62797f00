import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RouteId, routes } from '../../functions/routes.ts';
import { demoUsers } from '../../infra/start/demo.ts';
import { browserPath, launchBrowser, openWindow, type Window } from '../support/browser.ts';
import { operationOn, readResponse, signIn, tabTo, tryOut, tryOutAtOnce } from '../support/docs-page.ts';
import { type System, startSystem } from '../support/system.ts';

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
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

async function expectNoOperation(page: Page, id: RouteId): Promise<void> {
  expect(await operationOn(page, id).count()).toBe(0);
}

/** Whether the upper edge of an element is in the view, below the bar at the top. */
async function isInView(element: Locator): Promise<boolean> {
  const { y = -1 } = (await element.boundingBox()) ?? {};
  const { height = 0 } = element.page().viewportSize() ?? {};
  return y >= 56 && y < height - 100;
}

async function expectResponseInView(page: Page): Promise<void> {
  await expect
    .poll(() => isInView(page.locator('.live-responses-table tbody .response-col_status').first()))
    .toBe(true);
}

/** The serious faults that axe finds, such as text with too little contrast and a field without a name. */
async function auditPage(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))`);
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

  async function open(
    size: { width: number; height: number },
    path = '/docs',
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    window = await openWindow(browser, size, colorScheme);
    await window.page.goto(system.apiUrl + path);
    await operationOn(window.page, 'listTodos').waitFor();
    return window.page;
  }
  const issuerOrigin = () => new URL(system.issuer.url).origin;

  it('signs in, creates a todo, lists it, explains a 400, and signs out', async () => {
    const page = await open(desktop);
    await picture(page, 'docs');
    const methods = await page.locator('.opblock-summary-method').allTextContents();
    expect(new Set(methods)).toEqual(new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']));
    await expectNoOperation(page, 'getOpenApi');

    await signIn(page, alice);
    const created = await tryOut(page, 'createTodo', { body: '{"title": "From the docs page"}' });
    expect(created.status).toBe('201');
    await expectResponseInView(page);
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

    await tabTo(page, page.getByRole('button', { name: 'Sign in', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await picture(page, 'phone-sign-in');
    // The focus is on the button that signs in, so Enter is enough.
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
    await page.getByText(`Signed in as ${alice.email}`).waitFor();
    const signOut = page.getByRole('button', { name: 'Sign out' });
    expect(await signOut.evaluateAll((buttons) => buttons.map((button) => button.matches(':focus')))).toEqual(
      [true],
    );

    const operation = operationOn(page, 'createTodo');
    await tabTo(page, operation.locator('.opblock-summary-control'));
    await page.keyboard.press('Enter');
    const execute = operation.getByRole('button', { name: 'Execute' });
    await execute.waitFor();
    await expectNoSidewaysScroll(page);
    await tabTo(page, execute);
    await page.keyboard.press('Enter');
    expect((await readResponse(operation)).status).toBe('201');
    await expectResponseInView(page);
    await expectNoSidewaysScroll(page);
    await expect.poll(() => page.getByText('No links').first().isVisible()).toBe(false);
    await picture(page, 'phone-created');
  });

  it.each(['light', 'dark'] as const)(
    'has no fault that axe finds, in the mode of the system: %s',
    { tags: 'long' },
    async (colorScheme) => {
      const page = await open(phone, '/docs', colorScheme);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe({ light: 'rgb(255, 255, 255)', dark: 'rgb(28, 32, 34)' }[colorScheme]);
      expect(await auditPage(page)).toEqual([]);

      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('Use an access token that you have').click();
      expect(await auditPage(page)).toEqual([]);
      await page.getByRole('button', { name: 'Close' }).click();

      // Without a token, the response is a problem.
      for (const id of ['listTodos', 'createTodo', 'updateTodo'] as const) {
        const parameters = id === 'updateTodo' ? { id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' } : {};
        await tryOut(page, id, { parameters });
      }
      await page.getByRole('button', { name: 'Schemas' }).click();
      expect(await auditPage(page)).toEqual([]);
      await picture(page, `audited-${colorScheme}`);
    },
  );

  it('opens the section about a kind of problem, and links to it from a response', {
    tags: 'long',
  }, async () => {
    const page = await open(desktop, '/docs#stale-version');
    const section = page.locator('#stale-version');
    await expect.poll(() => isInView(section)).toBe(true);
    expect(await section.textContent()).toContain('412 Precondition Failed');
    await picture(page, 'section');

    const operation = operationOn(page, 'updateTodo');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('link', { name: 'token-expired' }).click();
    await expect.poll(() => isInView(page.locator('#token-expired'))).toBe(true);
    expect(window.context.pages()).toHaveLength(1);
  });

  it('says why a sign-in failed', { tags: 'long' }, async () => {
    const page = await open(desktop);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    const start = page.getByRole('button', { name: 'Sign in with your account' });
    const [login] = await Promise.all([page.waitForEvent('popup'), start.click()]);
    const state = new URL(login.url()).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ state, error: 'access_denied', error_description: 'Not today' });
    await login.goto(`${system.apiUrl}/docs/oauth2-redirect.html?${query}`).catch(() => {});
    await page.getByRole('alert').filter({ hasText: 'The issuer refused: Not today' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
  });

  it('tries out every route under the path of the stage, with a pasted token', {
    tags: 'long',
  }, async () => {
    const page = await open(desktop, '/sandbox/docs/');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Use an access token that you have').click();
    await page.getByLabel('Access token').fill(await system.issuer.mintToken());
    await page.getByRole('button', { name: 'Use this token' }).click();
    const { body } = await tryOut(page, 'createTodo');
    const { id } = JSON.parse(body);
    for (const route of routes.filter(({ tag }) => tag !== 'Documentation')) {
      const parameters = route.path.includes('{id}') ? { id } : {};
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
