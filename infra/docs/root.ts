import { product } from '../../functions/product.ts';
import { type RouteId, routes } from '../../functions/routes.ts';
import type { DeploymentConfig } from '../config/config.ts';

/** A placeholder for the address of the API. functions/docs/root.ts fills it in. */
const BASE = '{{base}}';

/**
 * The JSON of `GET /`: where a client finds the description of the API, its page, and each resource that needs no id.
 * @example
 * renderRoot({ docs: false }) // {"title":"Todo API","resources":{"listTodos":"{{base}}/todo", …}}
 */
export function renderRoot({ docs }: Pick<DeploymentConfig, 'docs'>): string {
  const resources = routes.filter(
    (route) => route.method === 'GET' && !route.public && !route.path.includes('{'),
  );
  return JSON.stringify({
    title: product.title,
    ...(docs && { openapi: addressOf('getOpenApi'), docs: addressOf('getDocs') }),
    resources: Object.fromEntries(resources.map(({ id }) => [id, addressOf(id)])),
  });
}

function addressOf(id: RouteId): string {
  return BASE + routes.find((route) => route.id === id)?.path;
}
