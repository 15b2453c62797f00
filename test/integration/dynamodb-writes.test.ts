import { ClassicLevel } from 'classic-level';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupWrites } from '../../infra/local/dynamodb/grouped-writes.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';

groupWrites();
const folder = temporaryFolder();
afterAll(() => folder.remove());

describe('the writes of a store on disk', () => {
  const store = new ClassicLevel<string, string>(folder.path);
  const batch = vi.spyOn(store as unknown as { _batch(operations: unknown[]): Promise<void> }, '_batch');
  const sizes = () => batch.mock.calls.map(([operations]) => operations.length);

  beforeEach(async () => {
    await store.open();
    await store.clear();
    batch.mockClear();
  });
  afterAll(() => store.close());

  it('are one batch when they are asked for in one turn', async () => {
    await Promise.all([store.put('a', '1'), store.put('b', '2'), store.put('c', '3')]);
    expect(await store.values().all()).toEqual(['1', '2', '3']);
    expect(sizes()).toEqual([3]);
  });

  it('are done in the order in which they are asked for', async () => {
    await Promise.all([store.put('a', '1'), store.put('a', '2'), store.put('b', '1'), store.del('b')]);
    expect(await store.iterator().all()).toEqual([['a', '2']]);
  });

  it('are answered once they are done, each on its own when they come one after another', async () => {
    await store.put('a', '1');
    expect(store.getSync('a')).toBe('1');
    await store.del('a');
    expect(store.getSync('a')).toBeUndefined();
    expect(sizes()).toEqual([1, 1]);
  });

  it('fail together, and leave the next ones alone', async () => {
    batch.mockRejectedValueOnce(new Error('The disk is full.'));
    const results = await Promise.allSettled([store.put('a', '1'), store.del('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.keys().all()).toEqual([]);
    await store.put('a', '2');
    expect(store.getSync('a')).toBe('2');
  });
});
