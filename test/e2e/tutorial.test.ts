import { describe, expect, it } from 'vitest';
import { control, issuer, requires, withToken } from '../support/target.ts';

describe('the flow of the tutorial', () => {
  requires('an obedient issuer');

  it('gets a token with a form-encoded password grant, creates a todo with it, and finds it in the list', async () => {
    await control.addUser({ email: 'tutorial@example.com', password: 'a tutorial password' });
    const grant = await fetch(`${issuer?.url}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'password',
        username: 'tutorial@example.com',
        password: 'a tutorial password',
        scope: 'openid profile email',
        audience: 'https://todo.example.com',
        client_id: 'todo-demo-client',
        client_secret: 'todo-demo-secret',
      }),
    });
    const { access_token: token, token_type: type } = (await grant.json()) as Record<string, string>;
    expect({ status: grant.status, type }).toEqual({ status: 200, type: 'Bearer' });

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
