import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/client.ts';
import { control, issuer, requires, withToken } from '../support/target.ts';

const password = 'a tutorial password';

/** Asks for a token as the tutorial does. */
async function passwordGrant(parameters: Record<string, string>): Promise<Record<string, string>> {
  const response = await fetch(`${issuer?.url}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      password,
      scope: 'openid profile email',
      client_id: 'todo-demo-client',
      client_secret: 'todo-demo-secret',
      ...parameters,
    }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, string>;
}

describe('the flow of the tutorial', () => {
  requires('an obedient issuer');

  it('gets a token with a form-encoded password grant, creates a todo with it, and finds it in the list', async () => {
    await control.addUser({ email: 'tutorial@example.com', password });
    const { access_token: token, token_type } = await passwordGrant({
      username: 'tutorial@example.com',
      audience: 'https://todo.example.com',
    });
    expect(token_type).toBe('Bearer');

    const call = withToken(token ?? '');
    const created = await call('POST', '/todo/', {
      body: { title: 'Follow the tutorial', date: '2026-11-24' },
    });
    expect(created).toMatchObject({ status: 201, body: { title: 'Follow the tutorial', completed: false } });

    const me = await call('GET', '/me');
    expect(me.body).toMatchObject({ email: 'tutorial@example.com', id: created.body.user });

    const list = await call('GET', '/todo/');
    expect(list).toMatchObject({ status: 200, body: [created.body] });
    expect((await call('GET', created.body.url)).body).toEqual(created.body);
  });
});

describe('a client of the tutorial that asks for no audience', () => {
  requires('an obedient issuer', 'denial reasons');

  it('gets a token that the API refuses with the reason', async () => {
    await control.addUser({ email: 'no-audience@example.com', password });
    const { access_token: token } = await passwordGrant({ username: 'no-audience@example.com' });
    const response = await withToken(token ?? '')('GET', '/todo');
    expectProblem(response, 401);
    expect(response.body.detail).toBe(
      'The access token is encrypted. The usual cause: the client asked Auth0 for no audience.',
    );
  });
});
