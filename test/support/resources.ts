import { type Route, routes } from '../../functions/routes.ts';

/** The routes of one resource: clients create its items under a path, and find each under its id. */
export interface Resource {
  /** The path under which items are created, such as `/todo`. */
  readonly path: string;
  readonly create: Route & { readonly body: NonNullable<Route['body']> };
  /** The routes of the path that do not create: lists and bulk writes. */
  readonly collection: readonly Route[];
  /** The routes of one item. */
  readonly item: readonly Route[];
}

/** Every resource of the route table. */
export const resources: readonly Resource[] = routes.flatMap((create) => {
  const { method, path, body } = create;
  const item = routes.filter((route) => route.path === `${path}/{id}`);
  if (method !== 'POST' || body === undefined || item.length === 0) return [];
  const collection = routes.filter((route) => route.path === path && route !== create);
  return [{ path, create: { ...create, body }, collection, item }];
});
