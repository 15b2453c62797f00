import { ClassicLevel } from 'classic-level';

/** A store's iterator, of which the engine asks that it ends as JavaScript's own iterators do. */
interface StoreIterator {
  close(): Promise<void>;
  return?: () => Promise<void>;
}

interface Store {
  values(options: unknown): StoreIterator;
}

/**
 * Makes the engine close the iterators of the stores of this thread. It calls `return` when a page is read or
 * cut short, and goes on without a word where there is none; abstract-level's iterators have only `close`. Every
 * query would leave one open for good: 27 KB of heap, and a snapshot for which LevelDB keeps all that was deleted since.
 */
export function closeIterators(): void {
  // Of all stores, so that those in memory are covered.
  const store = Object.getPrototypeOf(ClassicLevel.prototype) as Store;
  const values = store.values;
  store.values = function (options) {
    const iterator = values.call(this, options);
    iterator.return = () => iterator.close();
    return iterator;
  };
}
