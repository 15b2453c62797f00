import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoUsers } from '../../infra/local/issuer/demo.ts';
import { browserPath, launchBrowser, openWindow, type Window } from '../support/browser.ts';
import { operationOn, signIn, tryOut } from '../support/docs-page.ts';
import { type System, startSystem } from '../support/system.ts';

const desktop = { width: 1280, height: 900 };
const phone = { width: 375, height: 800 };
const alice = { email: 'alice@example.com', password: 'alice-password' };

/** Keeps a picture of the page where SCREENSHOTS names a folder: nothing shows better what users see. */
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

describe.runIf(browserPath)('the docs page in a browser (needs Chromium)', { timeout: 90_000 }, () => {
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

  it('does not scroll sideways on a phone', async () => {
    const page = await open(phone);
    await expectNoSidewaysScroll(page);
    await picture(page, 'phone');
  });

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

    // Chromium logs each refusal; nothing else is there, a violation of the policy least of all.
    expect(window.errors).toEqual([
      expect.stringMatching(/status of 400 .*\/todo\)$/),
      expect.stringMatching(/status of 401 .*\/me\)$/),
    ]);
    expect([...window.origins].sort()).toEqual([system.apiUrl, issuerOrigin()].sort());
  });

  it('asks who it is anew after signing out', async () => {
    const page = await open(desktop);
    await signIn(page, alice);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are not signed in.').waitFor();
    await operationOn(page, 'listTodos').waitFor();
    await signIn(page, { email: 'bob@example.com', password: 'bob-password' });
    expect((await tryOut(page, 'getMe')).body).toContain('bob@example.com');
  });

  it('loads its files once: on the next visit they are the browser’s own', async () => {
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
