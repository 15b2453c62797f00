import type { TodoModel } from './user-model.ts';

/** What a client asks of `GET /todo`. */
export interface ListQuery {
  readonly completed?: boolean | undefined;
  readonly dateFrom?: string | undefined;
  readonly dateTo?: string | undefined;
  readonly ordering?: 'created' | '-created' | 'date' | '-date' | undefined;
  readonly limit?: number | undefined;
}

/** The query of the first page. */
export function toSearch({ completed, dateFrom, dateTo, ordering, limit }: ListQuery): string {
  const parameters = { completed, date_from: dateFrom, date_to: dateTo, ordering, limit };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) search.set(name, String(value));
  return search.toString();
}

/** Whether the API accepts the query: a range is ordered by date, and runs forward. */
export function isAccepted({ dateFrom, dateTo, ordering }: ListQuery): boolean {
  const hasRange = dateFrom !== undefined || dateTo !== undefined;
  const isReversed = dateFrom !== undefined && dateTo !== undefined && dateFrom > dateTo;
  return !isReversed && !(hasRange && ordering?.endsWith('created'));
}

/** Whether the list is in the order of days: DynamoDB does not say in which order todos of one day are. */
function isByDate({ dateFrom, dateTo, ordering }: ListQuery): boolean {
  return ordering?.endsWith('date') ?? (dateFrom !== undefined || dateTo !== undefined);
}

type Placed = Pick<TodoModel, 'id' | 'date'>;

/** Compares by what the list promises: the id, or the day. */
function compare(a: Placed, b: Placed, query: ListQuery): number {
  const place = (todo: Placed) => (isByDate(query) ? todo.date : todo.id);
  const order = place(a) < place(b) ? -1 : Number(place(a) > place(b));
  return query.ordering?.startsWith('-') ? -order : order;
}

/** The todos that all pages of the list must hold together, in their order; of one day, in the order of ids. */
export function listed(todos: Iterable<TodoModel>, query: ListQuery): TodoModel[] {
  const { completed, dateFrom, dateTo } = query;
  return [...todos]
    .filter((todo) => completed === undefined || todo.completed === completed)
    .filter(({ date }) => (dateFrom ?? date) <= date && date <= (dateTo ?? date))
    .sort((a, b) => compare(a, b, query) || (a.id < b.id ? -1 : 1));
}

/** Puts todos of one day, which may come in any order, into that of their ids. Other places stay as they are. */
export function untied<Todo extends Placed>(list: readonly Todo[], query: ListQuery): Todo[] {
  const isOrdered = list.every((todo, i) => i === 0 || compare(list[i - 1] as Todo, todo, query) <= 0);
  return isOrdered ? list.toSorted((a, b) => compare(a, b, query) || (a.id < b.id ? -1 : 1)) : [...list];
}

/**
 * What may come after a place in the list, which may be that of somebody else's todo: these for certain, and
 * these perhaps, which are of the same day.
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
