import fc from 'fast-check';
import { anyDate, anyOrder, anyTitle } from '../todos.ts';
import type { ListQuery } from './list-model.ts';
import type { SentFields } from './user-model.ts';

/** Refers to a todo by its owner and its index, or to no todo. The index is taken modulo the number of todos. */
export interface TodoReference {
  readonly owner: number;
  readonly index: number;
  readonly kind: 'made' | 'never made' | 'malformed';
}

/** The value of `If-Match` or `If-None-Match`, relative to the todo of the call. */
export type Tag = 'none' | 'current' | 'before' | 'never' | 'weak' | 'any' | 'several' | 'of another todo';

/** What a call is about, and its `If-Match` and `If-None-Match`. */
interface AboutTodo {
  readonly todo: TodoReference;
  readonly tag: Tag;
  readonly otherTag: Tag;
}

/** A call that refers to todos before their ids are known. */
export type PlannedCall =
  | (AboutTodo & { readonly kind: 'get' | 'delete' })
  | (AboutTodo & { readonly kind: 'update'; readonly body: SentFields })
  | (AboutTodo & { readonly kind: 'replace'; readonly body: SentFields & { title: string } })
  | {
      readonly kind: 'create';
      readonly body: SentFields & { title: string };
      readonly key: string | undefined;
    }
  | { readonly kind: 'clear'; readonly completed: boolean | undefined };

export type Step =
  | { readonly kind: 'call'; readonly actor: number; readonly call: PlannedCall }
  /** Several concurrent calls of several users. Most of them are about the same todo. */
  | { readonly kind: 'race'; readonly calls: readonly { actor: number; call: PlannedCall }[] }
  | { readonly kind: 'list'; readonly actor: number; readonly query: ListQuery }
  /** The actor uses the cursor of the owner's list. */
  | {
      readonly kind: 'borrow cursor';
      readonly actor: number;
      readonly owner: number;
      readonly query: ListQuery;
    }
  | { readonly kind: 'who am I'; readonly actor: number }
  | { readonly kind: 'export'; readonly actor: number; readonly limit: number }
  | { readonly kind: 'sign in again'; readonly actor: number }
  /** With its own ETag, the user is deleted and signs in again as a new user. Any other ETag is refused. */
  | { readonly kind: 'leave'; readonly actor: number; readonly by: LeaveTag };

export type LeaveTag = 'its ETag' | 'no ETag' | 'any ETag' | 'the ETag of another';

const anActor = fc.nat({ max: 2 });
/** Mostly one of three days, so that todos share a day. Sometimes any day. */
const aDate = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('2026-01-01', '2026-01-02', '2026-02-28') },
  { weight: 1, arbitrary: anyDate },
);
const aTitle = fc
  .tuple(fc.constantFrom('', ' ', '\n'), anyTitle)
  .map(([space, title]) => space + title + space);
const fields = { title: aTitle, date: aDate, completed: fc.boolean(), order: anyOrder };
const aWholeBody = fc.record(fields, { requiredKeys: ['title'] });
const someFields = fc.record(fields, { requiredKeys: [] });
const aKey = fc.option(fc.constantFrom('a', 'b', 'key with spaces'), { nil: undefined });

const aTag = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Tag>('none') },
  { weight: 3, arbitrary: fc.constant<Tag>('current') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Tag>('before', 'never', 'weak', 'any', 'several', 'of another todo'),
  },
);
/** Most calls have at most one precondition, so that most calls succeed. */
const anotherTag = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Tag>('none') },
  { weight: 1, arbitrary: aTag },
);
const aTodo = fc.record({
  owner: anActor,
  index: fc.nat({ max: 20 }),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('made' as const) },
    { weight: 1, arbitrary: fc.constantFrom('never made' as const, 'malformed' as const) },
  ),
});

const aCallAbout = (todo: fc.Arbitrary<TodoReference>): fc.Arbitrary<PlannedCall> =>
  fc.oneof(
    fc.record({ kind: fc.constant('get' as const), todo, tag: aTag, otherTag: anotherTag }),
    fc.record({
      kind: fc.constant('update' as const),
      todo,
      tag: aTag,
      otherTag: anotherTag,
      body: someFields,
    }),
    fc.record({
      kind: fc.constant('replace' as const),
      todo,
      tag: aTag,
      otherTag: anotherTag,
      body: aWholeBody,
    }),
    fc.record({ kind: fc.constant('delete' as const), todo, tag: aTag, otherTag: anotherTag }),
  );
const aCreation = fc.record({ kind: fc.constant('create' as const), body: aWholeBody, key: aKey });
const aClearing = fc.record({
  kind: fc.constant('clear' as const),
  completed: fc.option(fc.boolean(), { nil: undefined, freq: 8 }),
});

const aCall: fc.Arbitrary<PlannedCall> = fc.oneof(
  { weight: 5, arbitrary: aCreation },
  { weight: 12, arbitrary: aCallAbout(aTodo) },
  { weight: 1, arbitrary: aClearing },
);

const aRace = aTodo.chain((todo) =>
  fc.array(
    fc.record({
      // Most calls are the owner's, because only these can change the todo.
      actor: fc.oneof({ weight: 4, arbitrary: fc.constant(todo.owner) }, { weight: 1, arbitrary: anActor }),
      call: fc.oneof(
        { weight: 6, arbitrary: aCallAbout(fc.constant(todo)) },
        { weight: 2, arbitrary: aCreation },
        { weight: 1, arbitrary: aClearing },
      ),
    }),
    { minLength: 2, maxLength: 6 },
  ),
);

/** The same request several times at once, as a client sends it that retries too early. */
const aRetry = fc
  .record({
    actor: anActor,
    call: fc.oneof(aCreation, aCallAbout(aTodo)),
    times: fc.integer({ min: 2, max: 5 }),
  })
  .map(({ actor, call, times }) => Array.from({ length: times }, () => ({ actor, call })));

const aQuery: fc.Arbitrary<ListQuery> = fc.record(
  {
    completed: fc.boolean(),
    dateFrom: aDate,
    dateTo: aDate,
    ordering: fc.constantFrom('created', '-created', 'date', '-date'),
    limit: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: [] },
);

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('call' as const), actor: anActor, call: aCall }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('race' as const), calls: fc.oneof(aRace, aRetry) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('list' as const), actor: anActor, query: aQuery }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('borrow cursor' as const),
      actor: anActor,
      owner: anActor,
      query: aQuery,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('who am I' as const), actor: anActor }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sign in again' as const), actor: anActor }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('export' as const),
      actor: anActor,
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('leave' as const),
      actor: anActor,
      by: fc.constantFrom<LeaveTag>('its ETag', 'no ETag', 'any ETag', 'the ETag of another'),
    }),
  },
);

/** The steps of several users, one after the other. */
export const anyHistory: fc.Arbitrary<Step[]> = fc.array(aStep, {
  minLength: 20,
  maxLength: 60,
  size: 'max',
});
