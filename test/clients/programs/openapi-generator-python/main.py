from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from openapi_client import (
    ApiClient,
    ApiException,
    ApiResponse,
    Configuration,
    NewTodo,
    Problem,
    TodoChanges,
    TodosApi,
)
from support import TOKEN, kind_of, next_cursor, report

todos = TodosApi(ApiClient(Configuration(access_token=TOKEN)))
day = date(2026, 12, 24)


def headers_of(response: ApiResponse[Any]) -> Mapping[str, str]:
    """The headers of a response. Their names are written as the server writes them."""
    assert response.headers is not None
    return response.headers


def problem_of(call: Callable[[], object]) -> tuple[int, Problem]:
    """Gives the status and the problem of a call that must fail."""
    try:
        call()
    except ApiException as error:
        assert isinstance(error.data, Problem)
        return error.status, error.data
    raise AssertionError("The call did not fail.")


created = todos.create_todo_with_http_info(
    NewTodo(title="First", date=day, order=16_777_217)
)
todo, etag = created.data, headers_of(created)["ETag"]
report(
    "create",
    created.status_code,
    title=todo.title,
    date=todo.var_date.isoformat(),
    order=todo.order,
    etag=etag,
)

another = todos.create_todo_with_http_info(NewTodo(title="Second", date=date(2026, 12, 25)))
report("create another", another.status_code, title=another.data.title)

page = todos.list_todos_with_http_info(
    limit=1, completed=False, date_from=day, ordering="date"
)
cursor = next_cursor(headers_of(page))
report(
    "first page",
    page.status_code,
    titles=[each.title for each in page.data],
    more=cursor is not None,
)

rest = todos.list_todos_with_http_info(
    limit=1, completed=False, date_from=day, ordering="date", cursor=cursor
)
report(
    "second page",
    rest.status_code,
    titles=[each.title for each in rest.data],
    more=next_cursor(headers_of(rest)) is not None,
)

changes = TodoChanges(completed=True)
changed = todos.update_todo_with_http_info(todo.id, changes, if_match=etag)
report(
    "change",
    changed.status_code,
    title=changed.data.title,
    completed=changed.data.completed,
    order=changed.data.order,
    etag=headers_of(changed)["ETag"],
)

status, stale = problem_of(lambda: todos.update_todo(todo.id, changes, if_match=etag))
report("change with the old ETag", status, kind=kind_of(stale.type), detail=stale.detail)

status, refused = problem_of(lambda: todos.list_todos(date_from=day, ordering="created"))
report(
    "list a range in another order",
    status,
    kind=kind_of(refused.type),
    errors=refused.errors["ordering"] if refused.errors else None,
)

deleted = todos.delete_todo_with_http_info(todo.id)
report("delete", deleted.status_code)

status, missing = problem_of(lambda: todos.get_todo(todo.id))
report("get what is deleted", status, kind=kind_of(missing.type), detail=missing.detail)
