import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where a browser of the machine may be; CHROMIUM names another place. */
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser of this machine; undefined where there is none. */
export const browserPath = places.find((place) => place && existsSync(place));

/** Starts it with an empty profile, and with nothing that calls home. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(browserPath && { executablePath: browserPath }),
    args: [
      // Tests run as root, too, where the sandbox of Chromium cannot.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser window, and what a page in it did that it should not have to. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors on the console (a policy's violation is one) and exceptions, each with where it was. */
  readonly errors: readonly string[];
  /** The origins that requests went to. */
  readonly origins: ReadonlySet<string>;
}

/** @param size of the window, in CSS pixels */
export async function openWindow(
  browser: Browser,
  size: { readonly width: number; readonly height: number },
): Promise<Window> {
  const context = await browser.newContext({ viewport: size });
  const errors: string[] = [];
  const origins = new Set<string>();
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('request', (request) => origins.add(new URL(request.url()).origin));
  // Below the limit of a test, so that a failure says what it waited for.
  context.setDefaultTimeout(100_000);
  return { context, page: await context.newPage(), errors, origins };
}
