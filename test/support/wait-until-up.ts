import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 50;

/** Waits until a server that was started as a process answers, whatever it answers. */
export async function waitUntilUp(url: string, child: ChildProcess, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Nothing responses at ${url}`);
      await delay(INTERVAL_MS);
    }
  }
}
