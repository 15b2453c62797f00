import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '../../../../infra/local/loopback.ts';

describe('a Host header', () => {
  it.each(['127.0.0.1', '127.0.0.1:3000', 'localhost', 'LocalHost:65535', '[::1]', '[::1]:8000'])(
    'names this machine: %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.localhost.example',
    'not-localhost',
    'user@localhost',
    'localhost/',
    'localhost:',
    'localhost:3000:3000',
    'localhost,evil.example',
    '127.0.0.1\nevil.example',
    '127.0.0.10',
    '192.168.0.1',
    '0.0.0.0',
    '::1',
  ])('does not name it: %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});
