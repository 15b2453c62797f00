import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { ulid } from '../../../functions/dynamodb/ulid.ts';
import { type ApiResponse, type Client, expectProblem, nextPage } from '../client.ts';
import { expectedOutcome, explanations, outcomeOf, send } from './exchange.ts';
import { isAccepted, type ListQuery, listed, listedAfter, toSearch, untied } from './list-model.ts';
import type { LeaveTag, PlannedCall, Step, Tag, TodoReference } from './steps.ts';
import { type Call, etagOf, predict, type TodoModel, toBody, type UserModel } from './user-model.ts';

/** A user of the API, as the test provides it. */
export interface Player {
  readonly client: Client;
  /** Gives a client with a new token of the same identity; undefined when the test cannot get a new token. */
  readonly signInAgain: (() => Promise<Client>) | undefined;
  /** Gives a client with a token of this moment; undefined when the test cannot get one. */
  readonly signInNow: (() => Promise<Client>) | undefined;
}

/** A user with its model. `made` has the ids of all todos that it created, also of the deleted ones. */
interface Actor {
  readonly player: Player;
  client: Client;
  me: { readonly id: string; readonly email: string };
  etag: string;
  model: UserModel;
  readonly made: string[];
}

export interface World {
  /** Performs a step, and fails when the API responds differently from the model. */
  perform(step: Step): Promise<void>;
  /** Compares the todos of all users with the model, in every order and with every index. */
  compareAll(): Promise<void>;
  /** The number of requests that were sent. */
  requestCount(): number;
}

const MALFORMED_ID = 'not-an-id';
const neverMade = ulid(Date.now());

/**
 * Runs the API and its model side by side.
 * @param players new users, or users without todos
 * @param baseUrl the start of the URLs in responses
 * @param keyPrefix the start of all idempotency keys. No earlier key may start with it
 */
export async function createWorld(
  players: readonly Player[],
  baseUrl: string,
  keyPrefix: string,
): Promise<World> {
  let requests = 0;
  const counted =
    (client: Client): Client =>
    (...request) => {
      requests += 1;
      return client(...request);
    };
  const meet = async (client: Client) => {
    const { body: me, headers } = await client('GET', '/me');
    const model: UserModel = { id: me.id, baseUrl, todos: new Map(), keys: new Map() };
    return { client, me, etag: headers.get('etag') ?? '', model };
  };
  const actors = await Promise.all(
    players.map(
      async (player): Promise<Actor> => ({ player, made: [], ...(await meet(counted(player.client))) }),
    ),
  );
  const actorOf = (index: number): Actor => actors[index % actors.length] as Actor;

  const idOf = ({ owner, index, kind }: TodoReference): string => {
    if (kind === 'malformed') return MALFORMED_ID;
    const { made } = actorOf(owner);
    return kind === 'never made' || made.length === 0 ? neverMade : (made[index % made.length] as string);
  };

  const tagOf = (tag: Tag, id: string): string | undefined => {
    const all = actors.flatMap(({ model }) => [...model.todos.values()]);
    const todo = all.find((each) => each.id === id);
    const version = todo?.version ?? 1;
    const tags: Readonly<Record<Tag, string | undefined>> = {
      none: undefined,
      current: etagOf({ version }),
      before: etagOf({ version: version - 1 }),
      never: etagOf({ version: version + 1_000 }),
      weak: `W/${etagOf({ version })}`,
      any: '*',
      several: `"x", ${etagOf({ version })}, "999"`,
      'of another todo': etagOf(all.find((each) => each.id !== id) ?? { version }),
    };
    return tags[tag];
  };

  const resolve = (planned: PlannedCall): Call => {
    if (planned.kind === 'clear') return planned;
    if (planned.kind === 'create')
      return { ...planned, key: planned.key === undefined ? undefined : keyPrefix + planned.key };
    const id = idOf(planned.todo);
    const preconditions = { ifMatch: tagOf(planned.tag, id), ifNoneMatch: tagOf(planned.otherTag, id) };
    if (planned.kind === 'get' || planned.kind === 'delete')
      return { kind: planned.kind, id, ...preconditions };
    return { ...planned, id, ...preconditions } as Call;
  };

  const learn = (actor: Actor, next: UserModel) => {
    for (const id of next.todos.keys()) if (!actor.made.includes(id)) actor.made.push(id);
    actor.model = next;
  };

  async function callAlone({
    actor: index,
    call: planned,
  }: {
    actor: number;
    call: PlannedCall;
  }): Promise<void> {
    const actor = actorOf(index);
    const call = resolve(planned);
    const response = await send(actor.client, call);
    const prediction = predict(actor.model, call, response);
    expect(outcomeOf(response), `${call.kind} ${JSON.stringify(call)}`).toEqual(
      expectedOutcome(call, prediction),
    );
    if (response.status >= 400) expectProblem(response, response.status);
    if (response.status === 404) await expectIndistinguishable(actor, call, response);
    learn(actor, prediction.next);
  }

  /** The response must be the same for another user's todo, a deleted todo, and a todo that never existed. */
  async function expectIndistinguishable(
    { client }: Actor,
    call: Call,
    response: ApiResponse,
  ): Promise<void> {
    if (!('id' in call)) return;
    const unknown = await send(client, { ...call, id: ulid(Date.now()) });
    expect(withoutRequestId(response)).toEqual(withoutRequestId(unknown));
  }

  async function race(planned: readonly { actor: number; call: PlannedCall }[]): Promise<void> {
    const sent = planned.map(({ actor, call }) => ({ actor: actorOf(actor), call: resolve(call) }));
    const done = await Promise.all(
      sent.map(async ({ actor, call }) => ({ actor, call, response: await send(actor.client, call) })),
    );
    for (const actor of new Set(sent.map((each) => each.actor))) {
      const own = done.filter((each) => each.actor === actor);
      const outcomes = own.map(({ call, response }) => ({ call, ...outcomeOf(response) }));
      const ends = explanations(actor.model, own);
      expect(
        ends.length,
        `no order of these explains their responses: ${JSON.stringify(outcomes)}`,
      ).toBeGreaterThan(0);
      const bodies = await readAll(actor.client, {});
      const end = ends.find(({ todos }) => isDeepStrictEqual(listed(todos.values(), {}).map(toBody), bodies));
      expect(
        end,
        `no order of these ends with ${JSON.stringify(bodies)}: ${JSON.stringify(outcomes)}`,
      ).toBeDefined();
      if (end) learn(actor, end);
    }
  }

  async function list(actor: Actor, query: ListQuery): Promise<void> {
    if (!isAccepted(query)) return expectProblem(await actor.client('GET', `/todo?${toSearch(query)}`), 400);
    const found = untied(await readAll(actor.client, query), query);
    expect(found).toEqual(listed(actor.model.todos.values(), query).map(toBody));
  }

  async function borrowCursor(actor: Actor, owner: Actor, query: ListQuery): Promise<void> {
    if (!isAccepted(query)) return;
    const page = await owner.client('GET', `/todo?${toSearch({ ...query, limit: 1 })}`);
    const next = nextPage(page);
    if (next === undefined) return;
    const { certain, possible } = listedAfter(actor.model.todos.values(), query, page.body[0]);
    const found = untied(await readPages(actor.client, next), query);
    expect(possible.map(toBody)).toEqual(expect.arrayContaining(found));
    expect(found).toEqual(expect.arrayContaining(certain.map(toBody)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  }

  async function signInAgain(actor: Actor): Promise<void> {
    if (!actor.player.signInAgain) return;
    actor.client = counted(await actor.player.signInAgain());
    expect((await actor.client('GET', '/me')).body).toEqual(actor.me);
  }

  async function exportAll(actor: Actor, limit: number): Promise<void> {
    const todos: unknown[] = [];
    for (let page: string | undefined = `/me/export?limit=${limit}`; page !== undefined; ) {
      const response = await actor.client('GET', page);
      expect(response).toMatchObject({ status: 200, body: { user: actor.me } });
      todos.push(...response.body.todos);
      page = nextPage(response);
    }
    expect(todos).toEqual(listed(actor.model.todos.values(), {}).map(toBody));
  }

  async function leave(actor: Actor, by: LeaveTag): Promise<void> {
    const other = actors.find((each) => each !== actor);
    const tags = {
      'its ETag': actor.etag,
      'no ETag': undefined,
      'any ETag': '*',
      'the ETag of another': other?.etag,
    };
    const tag = tags[by];
    if (by === 'its ETag' && !actor.player.signInAgain) return;
    const unused = await actor.player.signInNow?.();
    const response = await actor.client('DELETE', '/me', {
      headers: tag === undefined ? {} : { 'If-Match': tag },
    });
    if (by !== 'its ETag') return expectProblem(response, by === 'the ETag of another' ? 412 : 428);

    expect(response.status).toBe(204);
    expectProblem(await actor.client('GET', '/me'), 404);
    expect(await readAll(actor.client, {})).toEqual([]);
    const statuses = [401, 403];
    if (unused) expect(statuses).toContain((await unused('GET', '/me')).status);
    const former = actor.me;
    Object.assign(actor, await meet(counted((await actor.player.signInAgain?.()) ?? actor.client)));
    expect(actor.me.id).not.toBe(former.id);
    expect(actor.me.email).toBe(former.email);
  }

  return {
    async perform(step) {
      if (step.kind === 'call') return callAlone(step);
      if (step.kind === 'race') return race(step.calls);
      const actor = actorOf(step.actor);
      if (step.kind === 'list') return list(actor, step.query);
      if (step.kind === 'borrow cursor') return borrowCursor(actor, actorOf(step.owner), step.query);
      if (step.kind === 'export') return exportAll(actor, step.limit);
      if (step.kind === 'sign in again') return signInAgain(actor);
      if (step.kind === 'leave') return leave(actor, step.by);
      expect((await actor.client('GET', '/me')).body).toEqual(actor.me);
    },

    async compareAll() {
      for (const actor of actors) {
        for (const ordering of ['created', '-date'] as const) {
          for (const completed of [undefined, true, false])
            await list(actor, { ordering, completed, limit: 3 });
        }
        for (const id of actor.made) {
          const response = await send(actor.client, { kind: 'get', id });
          const call: Call = { kind: 'get', id };
          expect(outcomeOf(response)).toEqual(expectedOutcome(call, predict(actor.model, call, response)));
        }
      }
    },

    requestCount: () => requests,
  };
}

async function readAll(client: Client, query: ListQuery): Promise<TodoModel[]> {
  return readPages(client, `/todo?${toSearch(query)}`);
}

async function readPages(client: Client, first: string): Promise<TodoModel[]> {
  const bodies: TodoModel[] = [];
  for (let page: string | undefined = first; page !== undefined; ) {
    const response = await client('GET', page);
    expect(response.status).toBe(200);
    bodies.push(...response.body);
    page = nextPage(response);
    if (page !== undefined)
      expect(response.body).toHaveLength(Number(new URL(page).searchParams.get('limit') ?? 100));
  }
  return bodies;
}

function withoutRequestId({ status, headers, body }: ApiResponse): unknown {
  return { status, names: [...headers.keys()].sort(), body: { ...body, request_id: undefined } };
}
