import type { ChildProcess } from 'node:child_process';
import open from 'open';

/** Starts the browser of this machine. */
export type Opener = (url: string) => Promise<ChildProcess>;

/**
 * Opens a page in the browser. When no browser starts, it prints the address and goes on, because the system runs
 * without one.
 */
export async function openPage(
  url: string,
  { print, opener = open }: { print: (line: string) => void; opener?: Opener },
): Promise<void> {
  const explain = () => print(`No browser starts here: open ${url} yourself.`);
  try {
    const browser = await opener(url);
    browser.once('error', explain).once('exit', (code) => {
      if (code) explain();
    });
  } catch {
    explain();
  }
}
