import type { Route } from '../../../functions/routes.ts';
import { authorizerEvent, proxyEvent } from '../../support/events.ts';
import { createSigningKey, signToken } from '../../support/tokens.ts';

/** The issuer and the audience of the stack (test/support/stack.ts). */
export const ISSUER = 'https://tenant.eu.auth0.com/';
const AUDIENCE = 'https://todo.example.com';
const TODO_ID = '01JZZZZZZZZZZZZZZZZZZZZZZZ';

const signingKey = createSigningKey('benchmark');

/** The keys of the tenant, as a deployment writes them into the authorizer's environment. */
export const deployedKeys = { fetched_at: Math.floor(Date.now() / 1_000), keys: [signingKey.jwk] };

/** Who sends a request, and about which todo. */
export interface Sender {
  readonly userId: string;
  readonly subject: string;
  readonly email: string;
  readonly todoId: string;
}

/** The sender whose data the stub has. */
const alice: Sender = {
  userId: TODO_ID,
  subject: 'auth0|alice',
  email: 'alice@example.com',
  todoId: TODO_ID,
};

const inADay = () => Math.floor(Date.now() / 1000) + 86_400;

export function newToken({ subject }: Pick<Sender, 'subject'> = alice): string {
  const now = Math.floor(Date.now() / 1000);
  return signToken(signingKey, {
    iss: ISSUER,
    sub: subject,
    aud: [AUDIENCE, `${ISSUER}userinfo`],
    iat: now,
    exp: inADay(),
    scope: 'openid profile email',
  });
}

/** A request that the authorizer allows. */
export const signInEvent = (sender: Sender = alice) => authorizerEvent(`Bearer ${newToken(sender)}`);

/**
 * A request for a route.
 * @param sender whose request it is; by default, one that succeeds with the data of the stub
 * @param pathParameters the parameters of the path, beside the id of the todo
 */
export function requestEvent(
  { method, path, public: isPublic }: Route,
  {
    sender = alice,
    headers = {},
    pathParameters = {},
  }: {
    readonly sender?: Sender;
    readonly headers?: Readonly<Record<string, string>>;
    readonly pathParameters?: Readonly<Record<string, string>>;
  } = {},
) {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const parameters = Object.fromEntries(
    Object.entries({ id: sender.todoId, ...pathParameters }).filter(([name]) => path.includes(`{${name}}`)),
  );
  return proxyEvent({
    method,
    resource: path,
    path: path.replace(/\{(\w+)\}/g, (_, name) => parameters[name] ?? ''),
    pathParameters: parameters,
    headers,
    ...(hasBody && { body: method === 'PATCH' ? { completed: true } : { title: 'Buy milk' } }),
    ...(!isPublic && {
      caller: {
        kind: 'user' as const,
        userId: sender.userId,
        email: sender.email,
        subject: sender.subject,
        scopes: [],
        expiresAt: inADay(),
      },
    }),
  });
}
