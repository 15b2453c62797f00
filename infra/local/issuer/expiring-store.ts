import { LRUCache } from 'lru-cache';
import { MAX_CACHE_ENTRIES } from '../cache-size.ts';
import { randomSecret } from './secrets.ts';

export interface ExpiringStore<Value> {
  /** Stores `value` and gives its id, which nobody can guess. */
  add(value: Value): string;
  /** The value, until it expires. */
  get(id: string): Value | undefined;
  delete(id: string): void;
}

/**
 * Makes a store whose values expire `ttlMs` milliseconds after they were added.
 * @param options.now the clock, in milliseconds since the epoch
 */
export function createExpiringStore<Value extends object>(options: {
  ttlMs: number;
  now: () => number;
}): ExpiringStore<Value> {
  const values = new LRUCache<string, Value>({
    max: MAX_CACHE_ENTRIES,
    ttl: options.ttlMs,
    ttlResolution: 0,
    perf: { now: options.now },
  });

  return {
    add(value) {
      const id = randomSecret();
      values.set(id, value);
      return id;
    },
    get: (id) => values.get(id),
    delete(id) {
      values.delete(id);
    },
  };
}
