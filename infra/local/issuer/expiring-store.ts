import { BoundedMap } from './bounded-map.ts';
import { randomSecret } from './secrets.ts';

export interface ExpiringStore<Value> {
  /** Keeps `value` and gives the unguessable id it is found by. */
  add(value: Value): string;
  /** The value, while it has not expired. */
  get(id: string): Value | undefined;
  delete(id: string): void;
}

/** Makes a store whose values live for `ttlMs` milliseconds of the clock `now` (milliseconds). */
export function createExpiringStore<Value>(options: {
  ttlMs: number;
  now: () => number;
}): ExpiringStore<Value> {
  const entries = new BoundedMap<string, { value: Value; expiresAt: number }>();

  const removeExpired = () => {
    for (const [id, entry] of entries) {
      if (entry.expiresAt > options.now()) return; // the rest were added later, and all live equally long
      entries.delete(id);
    }
  };

  return {
    add(value) {
      removeExpired();
      const id = randomSecret();
      entries.set(id, { value, expiresAt: options.now() + options.ttlMs });
      return id;
    },
    get(id) {
      const entry = entries.get(id);
      return entry && entry.expiresAt > options.now() ? entry.value : undefined;
    },
    delete(id) {
      entries.delete(id);
    },
  };
}
