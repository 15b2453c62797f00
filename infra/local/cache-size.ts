/** The most entries that a cache keeps. A test, or a person at a laptop, needs fewer. */
export const MAX_CACHE_ENTRIES = 10_000;
