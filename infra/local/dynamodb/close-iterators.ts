import { ClassicLevel } from 'classic-level';

/** The methods of abstract-level that every store inherits, on disk or in memory, and that its types leave out. */
interface StoreMethods {
  values(options: unknown): StoreIterator;
  attachResource(resource: object): void;
  detachResource(resource: object): void;
}

interface StoreIterator {
  close(): Promise<void>;
  return?: () => Promise<void>;
}

/** The prototype of all stores. */
export const storeMethods = Object.getPrototypeOf(ClassicLevel.prototype) as StoreMethods;

let areClosed = false;

/**
 * Makes dynalite close the iterators of the stores of this thread. dynalite calls `return` at the end of a page,
 * and does nothing where an iterator has no `return`. The iterators of abstract-level have only `close`. Without
 * this patch, each query keeps an iterator open: it holds 27 KB of heap and a snapshot, and LevelDB cannot remove
 * from disk what was deleted since that snapshot.
 */
export function closeIterators(): void {
  if (areClosed) return;
  areClosed = true;
  const { values } = storeMethods;
  storeMethods.values = function (options) {
    const iterator = values.call(this, options);
    iterator.return = () => iterator.close();
    return iterator;
  };
}
