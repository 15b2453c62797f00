import type { TodoModel } from './user-model.ts';

/** The parameters of `GET /todo`. */
export interface ListQuery {
  readonly completed?: boolean | undefined;
  readonly dateFrom?: string | undefined;
  readonly dateTo?: string | undefined;
  readonly ordering?: 'created' | '-created' | 'date' | '-date' | undefined;
  readonly limit?: number | undefined;
}

/** The query string of the first page. */
export function toSearch({ completed, dateFrom, dateTo, ordering, limit }: ListQuery): string {
  const parameters = { completed, date_from: dateFrom, date_to: dateTo, ordering, limit };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) search.set(name, String(value));
  return search.toString();
}

/** Whether the API accepts the query. A range needs the order by date, and must not end before it starts. */
export function isAccepted({ dateFrom, dateTo, ordering }: ListQuery): boolean {
  const hasRange = dateFrom !== undefined || dateTo !== undefined;
  const isReversed = dateFrom !== undefined && dateTo !== undefined && dateFrom > dateTo;
  return !isReversed && !(hasRange && ordering?.endsWith('created'));
}

/** Whether the list is ordered by day. DynamoDB does not define the order of todos with the same day. */
function isByDate({ dateFrom, dateTo, ordering }: ListQuery): boolean {
  return ordering?.endsWith('date') ?? (dateFrom !== undefined || dateTo !== undefined);
}

type Placed = Pick<TodoModel, 'id' | 'date'>;

/** Compares two todos by the property that orders the list: the id, or the day. */
function compare(a: Placed, b: Placed, query: ListQuery): number {
  const place = (todo: Placed) => (isByDate(query) ? todo.date : todo.id);
  const order = place(a) < place(b) ? -1 : Number(place(a) > place(b));
  return query.ordering?.startsWith('-') ? -order : order;
}

/** The todos on all pages of the list, in their order. Todos of the same day are in the order of their ids. */
export function listed(todos: Iterable<TodoModel>, query: ListQuery): TodoModel[] {
  const { completed, dateFrom, dateTo } = query;
  return [...todos]
    .filter((todo) => completed === undefined || todo.completed === completed)
    .filter(({ date }) => (dateFrom ?? date) <= date && date <= (dateTo ?? date))
    .sort((a, b) => compare(a, b, query) || (a.id < b.id ? -1 : 1));
}

/** Sorts todos of the same day by their ids, because the API may list them in any order. A wrong order stays wrong. */
export function untied<Todo extends Placed>(list: readonly Todo[], query: ListQuery): Todo[] {
  const isOrdered = list.every((todo, i) => i === 0 || compare(list[i - 1] as Todo, todo, query) <= 0);
  return isOrdered ? list.toSorted((a, b) => compare(a, b, query) || (a.id < b.id ? -1 : 1)) : [...list];
}

/**
 * The todos that may follow a place in the list. The place may be the place of another user's todo.
 * @returns the todos that must follow, and those that may follow; only todos of the same day are uncertain
 */
export function listedAfter(
  todos: Iterable<TodoModel>,
  query: ListQuery,
  place: Placed,
): { certain: TodoModel[]; possible: TodoModel[] } {
  const list = listed(todos, query);
  return {
    certain: list.filter((todo) => compare(place, todo, query) < 0),
    possible: list.filter((todo) => compare(place, todo, query) <= 0),
  };
}
