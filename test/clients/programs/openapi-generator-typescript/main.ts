import {
  Configuration,
  ListTodosOrderingEnum,
  type Problem,
  ProblemFromJSON,
  ResponseError,
  TodosApi,
} from './api';
import { kindOf, nextCursor, present, report, token } from './support';

const api = new TodosApi(new Configuration({ accessToken: token }));

/** Gives the status and the problem of a call that must fail. */
async function problemOf(call: Promise<unknown>): Promise<Problem & { status: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    return { ...ProblemFromJSON(await error.response.json()), status: error.response.status };
  }
  throw new Error('The call did not fail.');
}

const day = new Date('2026-12-24');
const created = await api.createTodoRaw({ newTodo: { title: 'First', date: day, order: 16_777_217 } });
const { id, title, date, order } = await created.value();
const etag = present(created.raw.headers.get('etag'));
report('create', created.raw.status, { title, date: date.toISOString().slice(0, 10), order, etag });

const another = await api.createTodoRaw({ newTodo: { title: 'Second', date: new Date('2026-12-25') } });
report('create another', another.raw.status, { title: (await another.value()).title });

const query = { limit: 1, completed: false, dateFrom: day, ordering: ListTodosOrderingEnum.Date };
const page = await api.listTodosRaw(query);
const cursor = nextCursor(page.raw.headers.get('link'));
report('first page', page.raw.status, {
  titles: (await page.value()).map((todo) => todo.title),
  more: cursor !== undefined,
});

const rest = await api.listTodosRaw({ ...query, cursor: present(cursor) });
report('second page', rest.raw.status, {
  titles: (await rest.value()).map((todo) => todo.title),
  more: nextCursor(rest.raw.headers.get('link')) !== undefined,
});

const change = { id, ifMatch: etag, todoChanges: { completed: true } };
const changed = await api.updateTodoRaw(change);
const todo = present(await changed.value());
report('change', changed.raw.status, {
  title: todo.title,
  completed: todo.completed,
  order: todo.order,
  etag: changed.raw.headers.get('etag'),
});

const stale = await problemOf(api.updateTodo(change));
report('change with the old ETag', stale.status, { kind: kindOf(stale.type), detail: stale.detail });

const refused = await problemOf(api.listTodos({ dateFrom: day, ordering: ListTodosOrderingEnum.Created }));
report('list a range in another order', refused.status, {
  kind: kindOf(refused.type),
  errors: refused.errors?.ordering,
});

const deleted = await api.deleteTodoRaw({ id });
report('delete', deleted.raw.status);

const missing = await problemOf(api.getTodo({ id }));
report('get what is deleted', missing.status, { kind: kindOf(missing.type), detail: missing.detail });
