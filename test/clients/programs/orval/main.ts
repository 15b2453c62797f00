import { createTodo, deleteTodo, getTodo, listTodos, updateTodo } from './api';
import { kindOf, nextCursor, present, report, token } from './support';

const headers = { Authorization: `Bearer ${token}` };

const day = '2026-12-24';
const created = await createTodo({ title: 'First', date: day, order: 16_777_217 }, { headers });
if (created.status !== 201) throw new Error(created.data.detail);
const { id, title, date, order } = created.data;
const etag = present(created.headers.get('etag'));
report('create', created.status, { title, date, order, etag });

const another = await createTodo({ title: 'Second', date: '2026-12-25' }, { headers });
if (another.status !== 201) throw new Error(another.data.detail);
report('create another', another.status, { title: another.data.title });

const query = { limit: 1, completed: false, date_from: day, ordering: 'date' } as const;
const page = await listTodos(query, { headers });
if (page.status !== 200) throw new Error(page.data.detail);
const cursor = nextCursor(page.headers.get('link'));
report('first page', page.status, {
  titles: page.data.map((todo) => todo.title),
  more: cursor !== undefined,
});

const rest = await listTodos({ ...query, cursor: present(cursor) }, { headers });
if (rest.status !== 200) throw new Error(rest.data.detail);
report('second page', rest.status, {
  titles: rest.data.map((todo) => todo.title),
  more: nextCursor(rest.headers.get('link')) !== undefined,
});

const ifUnchanged = { headers: { ...headers, 'If-Match': etag } };
const changed = await updateTodo(id, { completed: true }, ifUnchanged);
if (changed.status !== 200) throw new Error(`The status is ${changed.status}.`);
report('change', changed.status, {
  title: changed.data.title,
  completed: changed.data.completed,
  order: changed.data.order,
  etag: changed.headers.get('etag'),
});

const stale = await updateTodo(id, { completed: true }, ifUnchanged);
if (stale.status !== 412) throw new Error(`The status is ${stale.status}.`);
report('change with the old ETag', stale.status, {
  kind: kindOf(stale.data.type),
  detail: stale.data.detail,
});

const refused = await listTodos({ date_from: day, ordering: 'created' }, { headers });
if (refused.status !== 400) throw new Error(`The status is ${refused.status}.`);
report('list a range in another order', refused.status, {
  kind: kindOf(refused.data.type),
  errors: refused.data.errors?.ordering,
});

const deleted = await deleteTodo(id, { headers });
report('delete', deleted.status);

const missing = await getTodo(id, { headers });
if (missing.status !== 404) throw new Error(`The status is ${missing.status}.`);
report('get what is deleted', missing.status, {
  kind: kindOf(missing.data.type),
  detail: missing.data.detail,
});
