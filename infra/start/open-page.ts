import type { ChildProcess } from 'node:child_process';
import open from 'open';

/** Starts what shows a page on this machine. */
export type Opener = (url: string) => Promise<ChildProcess>;

/**
 * Opens a page in the browser of who sits at this machine. Where there is none, it says so and goes on: the system
 * runs all the same.
 */
export async function openPage(
  url: string,
  { print, opener = open }: { print: (line: string) => void; opener?: Opener },
): Promise<void> {
  const explain = () => print(`No browser could be started here. Open ${url} yourself.`);
  try {
    const browser = await opener(url);
    browser.once('error', explain).once('exit', (code) => {
      if (code) explain();
    });
  } catch {
    explain();
  }
}
