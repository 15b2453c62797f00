import { createRequire } from 'node:module';

/** Loads a package as the engine does, which may be of another version than that of the project. */
export const requireAsEngine = createRequire(createRequire(import.meta.url).resolve('dynalite'));

/**
 * Makes the streams by which the engine of this thread reads a page do without `lines`, which it never asks for. That
 * is an accessor of each stream's own, and V8 puts accessors in the old generation: whatever they reach, which is
 * the whole query, is copied there and waits for a full collection. It was a quarter of what a query cost.
 */
export function omitAccessors(): void {
  const { prototype } = requireAsEngine('lazy') as { prototype: Record<'__defineGetter__', () => void> };
  prototype.__defineGetter__ = () => {};
}
