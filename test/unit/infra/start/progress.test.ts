import { expect, it } from 'vitest';
import { formatSeconds } from '../../../../infra/start/progress.ts';

it.each([
  [0, '0 s'],
  [45.4, '45 s'],
  [120, '2 min'],
  [125, '2 min 5 s'],
])('%d seconds are shown as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});
