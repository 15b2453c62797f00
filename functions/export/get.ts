import { encodeCursor } from '../http/cursor.ts';
import { pageHeaders } from '../http/page-link.ts';
import { resourceRoute } from '../resource-route.ts';
import { toRepresentation } from '../users/representation.ts';
import { createUserStore } from '../users/store.ts';
import { createAccountStore } from './account.ts';
import { toLists } from './exporters.ts';
import { parseExportQuery } from './schemas.ts';
import { createExportStore } from './store.ts';

/**
 * `GET /me/export`: everything that is stored about the user. A function can respond with 6 MB, so the export comes in
 * pages (RFC 8288). Each page has the same form: the user, the account, and a list for each kind of item.
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
    // One call after the other: after a start, a second connection takes longer than the round trip that it saves.
    const user = await users.get(userId);
    const page = await items.list(userId, request.query);
    return {
      status: 200,
      body: {
        user: toRepresentation(user),
        account: await account.read(user),
        ...toLists(page.items, { userId, baseUrl: request.baseUrl }),
      },
      headers: pageHeaders(request, '/me/export', page.next && encodeCursor([page.next])),
    };
  },
);
