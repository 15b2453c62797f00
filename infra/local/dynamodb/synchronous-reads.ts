import { ClassicLevel } from 'classic-level';

/**
 * The methods by which a store implements abstract-level, of whose documentation they are a part ("Private API for
 * implementors") and which the types leave out.
 */
interface StoreMethods {
  _get(key: unknown, options: unknown): Promise<unknown>;
  _getSync(key: unknown, options: unknown): unknown;
  _iterator(options: unknown): IteratorMethods;
}

interface IteratorMethods {
  _next(): Promise<unknown>;
  _nextv(size: number, options: object): Promise<unknown[]>;
}

/** As many as the store itself fetches at once after the first; 16 KB end a page before. */
const PAGE_SIZE = 1000;

/**
 * Makes LevelDB stores of this thread answer a get at once, and an iterator with one trip to the thread pool in
 * place of two. The engine has a thread of its own that waits for nothing else, and a trip costs more than the
 * read: handing it over wakes a thread, and its answer wakes this one.
 */
export function readSynchronously(): void {
  const store = ClassicLevel.prototype as unknown as StoreMethods;
  store._get = async function (key, options) {
    return this._getSync(key, options);
  };

  const createIterator = store._iterator;
  store._iterator = function (options) {
    const iterator = createIterator.call(this, options);
    let page: unknown[] = [];
    let position = 0;
    iterator._next = async () => {
      if (position === page.length) {
        page = await iterator._nextv(PAGE_SIZE, {});
        position = 0;
      }
      return page[position++];
    };
    return iterator;
  };
}
