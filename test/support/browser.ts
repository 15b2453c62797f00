import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** The paths where a browser may be installed. CHROMIUM names another path. */
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of this machine's browser, or undefined when it has none. */
export const browserPath = places.find((place) => place && existsSync(place));

/** Starts the browser with an empty profile. It sends no requests of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(browserPath && { executablePath: browserPath }),
    args: [
      // The sandbox of Chromium does not work for root, and tests may run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A browser window, with the errors and the requests of its page. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Exceptions, and errors on the console with their place. A violation of the page's policy is such an error. */
  readonly errors: readonly string[];
  /** The origins of all requests that the page sent. */
  readonly origins: ReadonlySet<string>;
}

/**
 * Opens a window in a new browser context, so it shares no cookies with other windows.
 * @param size the size of the window in CSS pixels
 * @param colorScheme what the system of the user prefers
 */
export async function openWindow(
  browser: Browser,
  size: { readonly width: number; readonly height: number },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Window> {
  const context = await browser.newContext({ viewport: size, colorScheme });
  const errors: string[] = [];
  const origins = new Set<string>();
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('request', (request) => origins.add(new URL(request.url()).origin));
  // This is below the time limit of a test, so a failure says what it waited for.
  context.setDefaultTimeout(100_000);
  return { context, page: await context.newPage(), errors, origins };
}
