/** The share of each kind of request. The shares add up to 1. */
export type Shape = Readonly<Record<'list' | 'get' | 'create' | 'update', number>>;

export const shapes = {
  'an app: 60 % lists, 15 % creates': { list: 0.6, get: 0.15, create: 0.15, update: 0.1 },
  'readers: 95 % reads': { list: 0.8, get: 0.15, create: 0.03, update: 0.02 },
  'writers: 70 % writes': { list: 0.2, get: 0.1, create: 0.5, update: 0.2 },
} as const satisfies Record<string, Shape>;

export const APP = shapes['an app: 60 % lists, 15 % creates'];

/**
 * Capacity units of a request, as integration tests count them on the engines. A list has at most 4 KB of todos. An
 * update completes a todo: it moves the entries of two indexes (a delete and a put each) and rewrites that of the third.
 */
export const capacityUnits: Readonly<Record<keyof Shape, { readonly read: number; readonly write: number }>> =
  {
    list: { read: 1, write: 0 },
    get: { read: 1, write: 0 },
    create: { read: 0, write: 4 },
    update: { read: 0, write: 6 },
  };

/** The authorizer reads the link with a strongly consistent get, on a miss of the gateway's cache. */
export const AUTHORIZER_READ_UNITS = 1;

/** Returns the mean over the requests of a shape. */
export function mean(shape: Shape, of: (route: keyof Shape) => number): number {
  return (Object.entries(shape) as [keyof Shape, number][]).reduce(
    (sum, [route, share]) => sum + share * of(route),
    0,
  );
}
