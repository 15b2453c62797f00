import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openPage } from '../../../../infra/start/open-page.ts';

const url = 'http://127.0.0.1:3000/docs';

async function open(happen: (browser: EventEmitter) => void): Promise<{ opened: string[]; said: string[] }> {
  const opened: string[] = [];
  const said: string[] = [];
  const browser = new EventEmitter();
  await openPage(url, {
    print: (line) => said.push(line),
    opener: async (page) => {
      opened.push(page);
      return browser as ChildProcess;
    },
  });
  happen(browser);
  return { opened, said };
}

describe('openPage', () => {
  it('starts the browser with the URL, and prints nothing', async () => {
    expect(await open((browser) => browser.emit('exit', 0))).toEqual({ opened: [url], said: [] });
  });

  it.each([
    ['cannot be started', (browser: EventEmitter) => browser.emit('error', new Error('ENOENT'))],
    ['is missing', (browser: EventEmitter) => browser.emit('exit', 3)],
  ])('prints the URL when the browser %s', async (_name, happen) => {
    const { said } = await open(happen);
    expect(said).toEqual([`No browser starts here: open ${url} yourself.`]);
  });

  it('prints the URL when the platform cannot start a browser', async () => {
    const said: string[] = [];
    await openPage(url, { print: (line) => said.push(line), opener: () => Promise.reject(new Error('no')) });
    expect(said).toEqual([`No browser starts here: open ${url} yourself.`]);
  });
});
