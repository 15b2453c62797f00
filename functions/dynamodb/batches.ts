/**
 * How many deletes run at the same time when many items are deleted. Each of them has a connection of its own. More of
 * them are no faster at 512 MB, because the share of the processor is the limit.
 */
const BATCH_SIZE = 4;

/**
 * Splits what is to be deleted into batches. The deletes of a batch run at the same time.
 * @example for (const batch of inBatches(keys)) await Promise.all(batch.map(deleteItem));
 */
export function* inBatches<Key>(keys: readonly Key[]): Generator<readonly Key[]> {
  for (let i = 0; i < keys.length; i += BATCH_SIZE) yield keys.slice(i, i + BATCH_SIZE);
}
