import type { StoreDependencies } from '../../functions/dynamodb/client.ts';
import { createAccountStore } from '../../functions/export/account.ts';
import { toLists } from '../../functions/export/exporters.ts';
import { createExportStore } from '../../functions/export/store.ts';
import { toRepresentation } from '../../functions/users/representation.ts';
import type { DeletedUser, User } from '../../functions/users/user.ts';

const PAGE_SIZE = 200;

/**
 * Everything that is stored about a user, in the form of `GET /me/export`, on one page.
 * @param dependencies with the address of the API, for the addresses of the todos
 */
export async function exportUser(
  dependencies: StoreDependencies & { readonly apiUrl: string },
  user: User | DeletedUser,
): Promise<object> {
  const store = createExportStore(dependencies);
  const items = [];
  let after: string | undefined;
  do {
    const page = await store.list(user.id, { limit: PAGE_SIZE, after });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  const context = { userId: user.id, baseUrl: dependencies.apiUrl };
  const account = await createAccountStore(dependencies).read(user);
  return { user: toRepresentation(user), account, ...toLists(items, context) };
}
