import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 50;

/**
 * Waits until the server of a child process sends any response.
 * @throws {Error} when the process ends or the time is over first
 */
export async function waitUntilUp(url: string, child: ChildProcess, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`No server responds at ${url}`);
      await delay(INTERVAL_MS);
    }
  }
}
