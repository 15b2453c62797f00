import { ProblemError } from '../http/problem.ts';
import { toNextLink } from '../todos/page-link.ts';
import { toRepresentation as toTodoRepresentation } from '../todos/route.ts';
import { parseExportQuery } from '../todos/schemas.ts';
import { createTodoStore } from '../todos/store.ts';
import { toRepresentation } from './answer.ts';
import type { UserExport } from './representation.ts';
import { userRoute, userStoreDependencies } from './route.ts';
import { createUserStore } from './store.ts';

const dependencies = userStoreDependencies();
const users = createUserStore(dependencies);
const todos = createTodoStore(dependencies);

/**
 * `GET /me/export`: all that is stored about the user. A function can answer with 6 MB, so it comes in pages
 * (RFC 8288), each of the same shape: the user, and some of the todos.
 */
export const handler = userRoute(async (request) => {
  const { userId } = request.caller;
  const query = parseExportQuery(request.query);
  const [user, page] = await Promise.all([users.find(userId), todos.list(userId, query)]);
  if (!user) throw new ProblemError('not_found', 'This user does not exist.');
  return {
    status: 200,
    body: {
      user: toRepresentation(user),
      todos: page.todos.map((todo) => toTodoRepresentation(todo, request)),
    } satisfies UserExport,
    ...(page.next && { headers: { Link: toNextLink(request, '/me/export', page.next) } }),
  };
});
