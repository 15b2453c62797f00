from datetime import date

from api import AuthenticatedClient
from api.api.todos import create_todo, delete_todo, get_todo, list_todos, update_todo
from api.models import ListTodosOrdering, NewTodo, Problem, Todo, TodoChanges
from support import API_URL, TOKEN, kind_of, next_cursor, report

client = AuthenticatedClient(base_url=API_URL, token=TOKEN)
day = date(2026, 12, 24)

created = create_todo.sync_detailed(
    client=client, body=NewTodo(title="First", date=day, order=16_777_217)
)
assert isinstance(created.parsed, Todo)
todo, etag = created.parsed, created.headers["etag"]
report(
    "create",
    created.status_code,
    title=todo.title,
    date=todo.date.isoformat(),
    order=todo.order,
    etag=etag,
)

another = create_todo.sync_detailed(client=client, body=NewTodo(title="Second", date=date(2026, 12, 25)))
assert isinstance(another.parsed, Todo)
report("create another", another.status_code, title=another.parsed.title)

page = list_todos.sync_detailed(
    client=client, limit=1, completed=False, date_from=day, ordering=ListTodosOrdering.DATE
)
assert isinstance(page.parsed, list)
cursor = next_cursor(page.headers)
report(
    "first page",
    page.status_code,
    titles=[each.title for each in page.parsed],
    more=cursor is not None,
)

assert cursor is not None
rest = list_todos.sync_detailed(
    client=client,
    limit=1,
    completed=False,
    date_from=day,
    ordering=ListTodosOrdering.DATE,
    cursor=cursor,
)
assert isinstance(rest.parsed, list)
report(
    "second page",
    rest.status_code,
    titles=[each.title for each in rest.parsed],
    more=next_cursor(rest.headers) is not None,
)

changes = TodoChanges(completed=True)
changed = update_todo.sync_detailed(todo.id, client=client, if_match=etag, body=changes)
assert isinstance(changed.parsed, Todo)
report(
    "change",
    changed.status_code,
    title=changed.parsed.title,
    completed=changed.parsed.completed,
    order=changed.parsed.order,
    etag=changed.headers["etag"],
)

stale = update_todo.sync_detailed(todo.id, client=client, if_match=etag, body=changes)
assert isinstance(stale.parsed, Problem)
report(
    "change with the old ETag",
    stale.status_code,
    kind=kind_of(stale.parsed.type_),
    detail=stale.parsed.detail,
)

refused = list_todos.sync_detailed(
    client=client, date_from=day, ordering=ListTodosOrdering.CREATED
)
assert isinstance(refused.parsed, Problem)
report(
    "list a range in another order",
    refused.status_code,
    kind=kind_of(refused.parsed.type_),
    errors=refused.parsed.errors["ordering"] if refused.parsed.errors else None,
)

deleted = delete_todo.sync_detailed(todo.id, client=client)
report("delete", deleted.status_code)

missing = get_todo.sync_detailed(todo.id, client=client)
assert isinstance(missing.parsed, Problem)
report(
    "get what is deleted",
    missing.status_code,
    kind=kind_of(missing.parsed.type_),
    detail=missing.parsed.detail,
)
