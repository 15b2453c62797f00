import { describe, expect, it } from 'vitest';
import { problemFragment, problemKinds } from '../../../../functions/http/problem-kinds.ts';
import { renderPage } from '../../../../infra/docs/page.ts';

const settings = {
  issuer: 'https://tenant.eu.auth0.com/',
  audience: 'https://todo.example.com',
  docsClientId: 'abc',
  requireScopes: false,
  assets: { swaggerScript: 'a.js', swaggerStyle: 'a.css', script: 'b.js', style: 'b.css', icon: 'i.svg' },
};

describe('the sign-in of the docs page', () => {
  it('starts with the account, and folds the token away', () => {
    const page = renderPage(settings);
    expect(page).toMatch(/<button id="start-sign-in"[^>]* autofocus>Sign in with your account<\/button>/);
    expect(page).toContain('A window of tenant.eu.auth0.com opens.');
    expect(page).toMatch(/<details>\s*<summary>Use an access token that you have<\/summary>\s*<form/);
    expect(page).not.toContain('client_secret');
  });

  it('takes a token only, where no client is registered for the page', () => {
    const page = renderPage({ ...settings, docsClientId: undefined });
    expect(page).not.toContain('start-sign-in');
    expect(page).not.toContain('<details>');
    expect(page).toContain('<textarea id="token"');
  });
});

describe('the errors on the docs page', () => {
  const page = renderPage(settings);

  it('have one section for each kind, with the fragment of its type as the id', () => {
    const ids = [...page.matchAll(/<section id="([^"]+)">/g)].map(([, id]) => id);
    expect(ids).toEqual(Object.keys(problemKinds).map((kind) => problemFragment(kind as 'not_found')));
    expect(ids).toContain('stale-version');
  });

  it('say what happened and what to do, with code as code', () => {
    const section = page.slice(page.indexOf('<section id="stale-version">'));
    expect(section).toMatch(/^<section id="stale-version">\n<h3>.*<small>412 Precondition Failed<\/small>/);
    expect(section).toContain('send the new <code>ETag</code> in <code>If-Match</code>.</p>');
  });
});
