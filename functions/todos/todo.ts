import { NotFoundError, type PreconditionHeader, VersionConflictError } from '../errors.ts';

/** What a client can say of a todo. A new field begins here: the compiler then names each place that lacks it. */
export interface TodoFields {
  readonly title: string;
  /** A calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  readonly completed: boolean;
  /** Where clients show it; null when they did not say. */
  readonly order: number | null;
}

/** The fields that a change is about. */
export type TodoChanges = { readonly [Field in keyof TodoFields]?: TodoFields[Field] | undefined };

/** A todo of a user. */
export interface Todo extends TodoFields {
  readonly id: string;
  readonly userId: string;
  /** Counts the states of this todo from 1. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** A place in a list of todos: after this todo, in this order. */
export type TodoCursor =
  | { readonly orderBy: 'created'; readonly id: string }
  | { readonly orderBy: 'date'; readonly id: string; readonly date: string };

/** The todos that a list is about, and their order. */
export interface TodoSelection {
  readonly orderBy: TodoCursor['orderBy'];
  readonly completed: boolean | undefined;
  /** First and last calendar day, both included. Only a list that is ordered by date has them. */
  readonly dateFrom: string | undefined;
  readonly dateTo: string | undefined;
}

/** A page of a list. */
export interface TodoQuery extends TodoSelection {
  readonly limit: number;
  readonly descending: boolean;
  readonly after: TodoCursor | undefined;
}

/** The user has no todo of this id. */
export class TodoNotFound extends NotFoundError {
  override readonly name = 'TodoNotFound';

  constructor() {
    super('There is no such todo.');
  }
}

/** The todo is not in the state that the client expects. */
export class TodoVersionConflict extends VersionConflictError {
  override readonly name = 'TodoVersionConflict';

  constructor(failed: PreconditionHeader) {
    super('todo', failed);
  }
}
