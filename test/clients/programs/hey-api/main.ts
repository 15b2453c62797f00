import { createTodo, deleteTodo, getTodo, listTodos, updateTodo } from './api';
import { client } from './api/client.gen';
import { kindOf, nextCursor, present, report, token } from './support';

client.setConfig({ auth: token });

const day = '2026-12-24';
const created = await createTodo({ body: { title: 'First', date: day, order: 16_777_217 } });
const { id, title, date, order } = present(created.data);
const etag = present(created.response?.headers.get('etag'));
report('create', created.response?.status, { title, date, order, etag });

const another = await createTodo({ body: { title: 'Second', date: '2026-12-25' } });
report('create another', another.response?.status, { title: another.data?.title });

const query = { limit: 1, completed: false, date_from: day, ordering: 'date' } as const;
const page = await listTodos({ query });
const cursor = nextCursor(page.response?.headers.get('link'));
report('first page', page.response?.status, {
  titles: page.data?.map((todo) => todo.title),
  more: cursor !== undefined,
});

const rest = await listTodos({ query: { ...query, cursor: present(cursor) } });
report('second page', rest.response?.status, {
  titles: rest.data?.map((todo) => todo.title),
  more: nextCursor(rest.response?.headers.get('link')) !== undefined,
});

const change = { path: { id }, headers: { 'If-Match': etag }, body: { completed: true } };
const changed = await updateTodo(change);
// With `Prefer: return=minimal`, the response would be a 204 without a todo.
const todo = changed.data;
if (!todo) throw new Error('The client gave no todo.');
report('change', changed.response?.status, {
  title: todo.title,
  completed: todo.completed,
  order: todo.order,
  etag: changed.response?.headers.get('etag'),
});

const stale = await updateTodo(change);
report('change with the old ETag', stale.response?.status, {
  kind: kindOf(stale.error?.type),
  detail: stale.error?.detail,
});

const refused = await listTodos({ query: { date_from: day, ordering: 'created' } });
report('list a range in another order', refused.response?.status, {
  kind: kindOf(refused.error?.type),
  errors: refused.error?.errors?.ordering,
});

const deleted = await deleteTodo({ path: { id } });
report('delete', deleted.response?.status);

const missing = await getTodo({ path: { id } });
report('get what is deleted', missing.response?.status, {
  kind: kindOf(missing.error?.type),
  detail: missing.error?.detail,
});
