import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../functions/config.ts';
import { product } from '../../../../functions/product.ts';
import { readTenantSettings } from '../../../../infra/auth0/settings.ts';
import { UserError } from '../../../../infra/local/user-error.ts';

const required = {
  AUTH0_DOMAIN: 'tenant.eu.auth0.com',
  AUTH0_API_AUDIENCE: 'https://todo.example.com',
  AUTH0_CLIENT_ID: 'management',
  AUTH0_CLIENT_SECRET: 'secret',
};
const read = (settings: Readonly<Record<string, string | undefined>> = {}) => {
  const all: Readonly<Record<string, string | undefined>> = { ...required, ...settings };
  return readTenantSettings((name) => all[name]);
};

describe('the settings of the tenant', () => {
  it('have the audience and the scopes of the stack', () => {
    expect(read().keywords).toMatchObject({
      API_NAME: product.title,
      API_AUDIENCE: 'https://todo.example.com',
      API_SCOPES: expect.arrayContaining([
        { value: 'read:todos', description: 'Read your todos' },
        { value: 'write:todos', description: 'Change your todos' },
      ]),
    });
  });

  it('name the Action and its namespace, if the API reads the email claims', () => {
    const { actionName, keywords } = read({ AUTH0_EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/' });
    expect(actionName).toBe(`${product.name}-sandbox-email-claims`);
    expect(keywords).toMatchObject({
      ACTION_NAME: `${product.name}-sandbox-email-claims`,
      EMAIL_CLAIM_NAMESPACE: 'https://todo.example.com/',
    });
    expect(read().actionName).toBeUndefined();
    expect(read().keywords).not.toHaveProperty('EMAIL_CLAIM_NAMESPACE');
  });

  it('register front ends on this machine for a sandbox', () => {
    const local = [
      'http://localhost:3000',
      'http://127.0.0.1:3000',
      'http://localhost:3002',
      'http://127.0.0.1:3002',
      'http://localhost:4200',
      'http://127.0.0.1:4200',
      'http://localhost:5173',
      'http://127.0.0.1:5173',
    ];
    expect(read().keywords).toMatchObject({
      FRONT_END_NAME: `${product.title} front ends (sandbox)`,
      CALLBACKS: [
        'http://localhost:3000/docs/oauth2-redirect.html',
        'http://127.0.0.1:3000/docs/oauth2-redirect.html',
        ...local,
      ],
      LOGOUT_URLS: ['http://localhost:3000/docs', 'http://127.0.0.1:3000/docs', ...local],
      WEB_ORIGINS: local,
    });
  });

  it('register the deployed docs page and the front ends of CORS_ORIGINS, and for prod nothing else', () => {
    expect(
      read({
        stage: 'prod',
        API_URL: 'https://abc.execute-api.eu-central-1.amazonaws.com/prod/',
        CORS_ORIGINS: 'https://app.example.com,https://admin.example.com',
      }).keywords,
    ).toMatchObject({
      FRONT_END_NAME: `${product.title} front ends (prod)`,
      CALLBACKS: [
        'https://abc.execute-api.eu-central-1.amazonaws.com/prod/docs/oauth2-redirect.html',
        'https://app.example.com',
        'https://admin.example.com',
      ],
      LOGOUT_URLS: [
        'https://abc.execute-api.eu-central-1.amazonaws.com/prod/docs',
        'https://app.example.com',
        'https://admin.example.com',
      ],
      WEB_ORIGINS: [
        'https://abc.execute-api.eu-central-1.amazonaws.com',
        'https://app.example.com',
        'https://admin.example.com',
      ],
    });
  });

  it('take the address of the docs page from the custom domain', () => {
    const domain = {
      DOMAIN_NAME: 'api.example.com',
      CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:123456789012:certificate/1-2',
      HOSTED_ZONE_ID: 'Z123',
    };
    const { CALLBACKS } = read({ stage: 'prod', ...domain }).keywords;
    expect(CALLBACKS).toEqual(['https://api.example.com/docs/oauth2-redirect.html']);
  });

  it.each([
    [{ AUTH0_API_AUDIENCE: undefined }, /^AUTH0_API_AUDIENCE is not set/],
    [{ AUTH0_CLIENT_ID: '' }, /^AUTH0_CLIENT_ID is not set\. Set it in the environment to the client id /],
    [
      { AUTH0_CLIENT_SECRET: undefined },
      /^AUTH0_CLIENT_SECRET is not set\. Set it in the environment to the client secret /,
    ],
    [{ API_URL: 'http://api.example.com' }, /^API_URL must be the https address/],
    [{ API_URL: 'https://api.example.com/?a' }, /^API_URL must be the https address/],
    [{ stage: 'prod' }, /^The stage prod has no front end/],
  ])('refuse %j with a sentence', (settings, message) => {
    expect(() => read(settings)).toThrow(ConfigError);
    expect(() => read(settings)).toThrow(message);
  });

  it('refuse the local issuer', () => {
    expect(() => read({ AUTH0_DOMAIN: '127.0.0.1:3001' })).toThrow(UserError);
  });
});
