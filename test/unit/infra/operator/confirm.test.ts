import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { confirm, type Terminal } from '../../../../infra/operator/confirm.ts';

const SENTENCE = 'This will block ann@example.com of the stage prod in eu-central-1.';

/** A terminal on which somebody types a line. */
function terminal(reply: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  input.end(`${reply}\n`);
  return { terminal: { input, output } as unknown as Terminal, output };
}

describe('the question to an operator', () => {
  it('says what will be done, and takes a yes', async () => {
    const { terminal: yes, output } = terminal(' Yes ');
    await confirm(SENTENCE, false, yes);
    output.end();
    expect(await text(output)).toContain(`${SENTENCE} Type yes to do it: `);
  });

  it.each(['', 'y', 'no', 'yes please'])('takes %j as a no', async (reply) => {
    await expect(confirm(SENTENCE, false, terminal(reply).terminal)).rejects.toThrow('Nothing was done.');
  });

  it('takes a closed terminal as a no', async () => {
    const { terminal: closed } = terminal('');
    closed.input.read();
    await expect(confirm(SENTENCE, false, closed)).rejects.toThrow('Nothing was done.');
  });

  it('is not asked with --yes', async () => {
    const { terminal: any, output } = terminal('no');
    await confirm(SENTENCE, true, any);
    output.end();
    expect(await text(output)).toBe('');
  });

  it('is an error where there is no terminal', async () => {
    await expect(confirm(SENTENCE, false, terminal('yes', false).terminal)).rejects.toThrow(
      `${SENTENCE} Add --yes to do it: there is no terminal to ask on.`,
    );
  });
});
