import { ClassicLevel } from 'classic-level';

type Operation =
  | { readonly type: 'put'; readonly key: unknown; readonly value: unknown }
  | { readonly type: 'del'; readonly key: unknown };

/** The methods by which a store implements abstract-level: see synchronous-reads.ts. */
interface StoreMethods {
  _put(key: unknown, value: unknown): Promise<void>;
  _del(key: unknown): Promise<void>;
  _batch(operations: readonly Operation[], options: object): Promise<void>;
}

interface Group {
  readonly operations: Operation[];
  readonly written: Promise<void>;
}

/**
 * Makes LevelDB stores of this thread write what is asked of them in one turn as one batch, in its order: the entries
 * of an item in three indexes take one trip to the thread pool in place of three, and are written all or none. A trip
 * costs more than the write.
 */
export function groupWrites(): void {
  const store = ClassicLevel.prototype as unknown as StoreMethods;
  const groups = new WeakMap<StoreMethods, Group>();

  function write(target: StoreMethods, operation: Operation): Promise<void> {
    let group = groups.get(target);
    if (!group) {
      const operations: Operation[] = [];
      group = { operations, written: writeAfterThisTurn(target, operations) };
      groups.set(target, group);
    }
    group.operations.push(operation);
    return group.written;
  }

  async function writeAfterThisTurn(target: StoreMethods, operations: readonly Operation[]): Promise<void> {
    await undefined;
    groups.delete(target);
    await target._batch(operations, {});
  }

  store._put = function (key, value) {
    return write(this, { type: 'put', key, value });
  };
  store._del = function (key) {
    return write(this, { type: 'del', key });
  };
}
