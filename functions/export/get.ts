import { encodeCursor } from '../http/cursor.ts';
import { pageHeaders } from '../http/page-link.ts';
import type { RouteRequest } from '../http/route.ts';
import { resourceRoute } from '../resource-route.ts';
import { type ItemKind, kindOf } from '../table.ts';
import { toRepresentation } from '../users/representation.ts';
import { createUserStore } from '../users/store.ts';
import { createAccountStore } from './account.ts';
import { exporters } from './exporters.ts';
import { parseExportQuery } from './schemas.ts';
import { createExportStore, type ExportPage } from './store.ts';

/**
 * `GET /me/export`: everything that is stored about the user. A function can respond with 6 MB, so the export comes in
 * pages (RFC 8288). Each page has the same form: the user, the account, and a list for each
 * kind of item.
 */
export const handler = resourceRoute(
  {
    store: (dependencies) => ({
      users: createUserStore(dependencies),
      items: createExportStore(dependencies),
      account: createAccountStore(dependencies),
    }),
    query: parseExportQuery,
  },
  async (request, { users, items, account }) => {
    const { userId } = request.caller;
    const [user, page] = await Promise.all([users.get(userId), items.list(userId, request.query)]);
    return {
      status: 200,
      body: {
        user: toRepresentation(user),
        account: await account.read(user),
        ...toLists(page, request),
      },
      headers: pageHeaders(request, '/me/export', page.next && encodeCursor([page.next])),
    };
  },
);

/** A list for each kind of item. An item of no known kind is an error: the export must not leave it out silently. */
function toLists(
  { items }: ExportPage,
  request: Pick<RouteRequest, 'baseUrl' | 'caller'>,
): Record<string, object[]> {
  const lists: Record<string, object[]> = {};
  for (const exporter of Object.values(exporters)) {
    if (exporter.kind === 'list') lists[exporter.member] = [];
  }
  for (const item of items) {
    const kind: ItemKind | undefined = kindOf(String(item.sk));
    if (kind === undefined) throw new Error('The partition of the user has an item of an unknown kind');
    const exporter = exporters[kind];
    if (exporter.kind === 'list') lists[exporter.member]?.push(exporter.toRepresentation(item, request));
  }
  return lists;
}
