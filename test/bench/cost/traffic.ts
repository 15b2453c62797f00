/** The share of each kind of request. The shares add up to 1. */
export type Shape = Readonly<Record<'list' | 'get' | 'create' | 'update', number>>;

export const shapes = {
  'an app: 60 % lists, 15 % creates': { list: 0.6, get: 0.15, create: 0.15, update: 0.1 },
  'readers: 95 % reads': { list: 0.8, get: 0.15, create: 0.03, update: 0.02 },
  'writers: 70 % writes': { list: 0.2, get: 0.1, create: 0.5, update: 0.2 },
} as const satisfies Record<string, Shape>;

export const APP = shapes['an app: 60 % lists, 15 % creates'];

export type CapacityUnits = Readonly<Record<keyof Shape, { readonly read: number; readonly write: number }>>;

/**
 * Capacity units of a request, as integration tests count them on the engines. A list has at most 4 KB of todos. An
 * update completes a todo: it moves the entries of two indexes (a delete and a put each) and rewrites that of the third.
 */
export const capacityUnits: CapacityUnits = {
  list: { read: 1, write: 0 },
  get: { read: 1, write: 0 },
  create: { read: 0, write: 4 },
  update: { read: 0, write: 6 },
};

/** The authorizer reads the link with a strongly consistent get, on a miss of the gateway's cache. */
export const AUTHORIZER_READ_UNITS = 1;

/** The number of active users. Each sends a request every twenty seconds on average. */
export const USERS_PER_REQUEST_PER_SECOND = 20;

/** Assumed for the storage: each active user has this many todos. */
export const TODOS_PER_USER = 1_000;

/** Assumed for preflights: a front end shows all todos, the open ones and the completed ones. */
const LIST_ADDRESSES = 3;
const PREFLIGHT_CACHE_SECONDS = 7_200;

/**
 * Returns how many preflights a browser at another origin sends with each request. It caches a preflight by address.
 * Assumed: nobody reads or changes the same todo twice while its preflight is cached. A create has the address of the
 * list of all todos.
 * Source: Fetch standard, "CORS-preflight cache"
 */
export function preflightsPerRequest({ get, update }: Shape): number {
  const requestsOfUser = PREFLIGHT_CACHE_SECONDS / USERS_PER_REQUEST_PER_SECOND;
  return get + update + LIST_ADDRESSES / requestsOfUser;
}

/** Returns the mean over the requests of a shape. */
export function mean(shape: Shape, of: (route: keyof Shape) => number): number {
  return (Object.entries(shape) as [keyof Shape, number][]).reduce(
    (sum, [route, share]) => sum + share * of(route),
    0,
  );
}
