/** More than any test or person at a laptop needs, and little enough to hold for as long as the issuer runs. */
const MAX_ENTRIES = 10_000;

/** A Map that forgets its oldest entry when it is full: what clients cause to be kept must have a bound. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #maxEntries: number;

  constructor(maxEntries = MAX_ENTRIES) {
    super();
    this.#maxEntries = maxEntries;
  }

  override set(key: Key, value: Value): this {
    super.set(key, value);
    const oldest = this.keys().next();
    if (this.size > this.#maxEntries && !oldest.done) this.delete(oldest.value);
    return this;
  }
}
