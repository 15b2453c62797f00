import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { UserError } from '../local/user-error.ts';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * Asks the operator on a terminal. Elsewhere nobody can reply, so the option `--yes` must be there.
 * @param sentence says what will be done, and to whom
 * @throws {UserError} without a terminal and without `--yes`, and when the operator does not say yes
 */
export async function confirm(
  sentence: string,
  isAgreed: boolean,
  { input, output }: Terminal,
): Promise<void> {
  if (isAgreed) return;
  if (!input.isTTY) throw new UserError(`${sentence} Add --yes to do it: there is no terminal to ask on.`);
  const lines = createInterface({ input, output });
  try {
    // A closed terminal gives no reply.
    const closed = once(lines, 'close').then(() => '');
    const reply = await Promise.race([lines.question(`${sentence} Type yes to do it: `), closed]);
    if (reply.trim().toLowerCase() !== 'yes') throw new UserError('Nothing was done.');
  } finally {
    lines.close();
  }
}
