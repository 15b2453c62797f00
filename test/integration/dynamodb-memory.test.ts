import { expect, it } from 'vitest';
import { createEngineServer } from '../../infra/local/dynamodb/server.ts';

/** The sizes of the blocks that Node.js cuts many small Buffers from. */
function blockSizes(): Set<number> {
  const buffers = Array.from({ length: 5_000 }, () => Buffer.from('USER#1~TODO#2, a key of the store'));
  // The first ones are from a block that was there before.
  return new Set(buffers.slice(2_500).map(({ buffer }) => buffer.byteLength));
}

it('keeps at most 1 KB for a small key or value in memory', () => {
  createEngineServer(undefined);
  expect(blockSizes()).toEqual(new Set([1_024]));
});
