import type { Locator, Page } from 'playwright-core';
import { type RouteId, routes } from '../../functions/routes.ts';

/** Finds an operation on the docs page. */
export function operationOn(page: Page, id: RouteId): Locator {
  return page.locator(selectorOf(id));
}

function selectorOf(id: RouteId): string {
  const tag = routes.find((route) => route.id === id)?.tag;
  return `#operations-${tag}-${id}`;
}

/** Opens an operation, fills in its parameters, and sends it. Gives the status and body that the page then shows. */
export async function tryOut(
  page: Page,
  id: RouteId,
  input: { parameters?: Readonly<Record<string, string>>; body?: string } = {},
): Promise<{ status: string; body: string; url: string }> {
  const operation = operationOn(page, id);
  const execute = operation.getByRole('button', { name: 'Execute' });
  if (!(await execute.isVisible())) await operation.locator('.opblock-summary-control').click();
  await execute.waitFor();
  await clearResponse(operation);
  for (const [name, value] of Object.entries(input.parameters ?? {})) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  if (input.body !== undefined) await operation.locator('textarea.body-param__text').fill(input.body);
  await execute.click();
  return readResponse(operation);
}

/** Opens an operation, and executes it in the first frame that shows the button. No user can be faster. */
export async function tryOutAtOnce(page: Page, id: RouteId): Promise<{ status: string; body: string }> {
  await page.evaluate(`(async () => {
    const operation = document.querySelector('${selectorOf(id)}');
    operation.querySelector('.opblock-summary-control').click();
    for (;;) {
      await new Promise(requestAnimationFrame);
      const execute = operation.querySelector('.execute');
      if (execute?.checkVisibility({ visibilityProperty: true })) return execute.click();
    }
  })()`);
  return readResponse(operationOn(page, id));
}

/** Removes the response to an earlier call. Otherwise a test might read it instead of the next response. */
async function clearResponse(operation: Locator): Promise<void> {
  const clear = operation.getByRole('button', { name: 'Clear' });
  if (!(await clear.isVisible())) return;
  await clear.click();
  await operation.locator('.live-responses-table').waitFor({ state: 'detached' });
}

/** Reads what the page shows of the response to the last call of an operation. */
export async function readResponse(
  operation: Locator,
): Promise<{ status: string; body: string; url: string }> {
  const live = operation.locator('.live-responses-table');
  const status = live.locator('tbody .response-col_status').first();
  await status.waitFor();
  const body = live.locator('.highlight-code code').first();
  return {
    status: ((await status.textContent()) ?? '').trim(),
    body: (await body.count()) > 0 ? ((await body.textContent()) ?? '') : '',
    url: ((await operation.locator('.request-url pre').textContent()) ?? '').trim(),
  };
}

/** Signs in, in the window that the page opens for this. */
export async function signIn(page: Page, user: { email: string; password: string }): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const [login] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Sign in with your account' }).click(),
  ]);
  await login.getByLabel('Email address').fill(user.email);
  await login.getByLabel('Password').fill(user.password);
  await login.getByRole('button', { name: 'Continue' }).click();
  await page.getByText(`Signed in as ${user.email}`).waitFor();
}

/** Presses Tab until the element has the focus, as a user without a mouse does. */
export async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press('Tab');
    if ((await element.and(page.locator(':focus')).count()) > 0) return;
  }
  throw new Error(`The keyboard does not reach ${element}`);
}
