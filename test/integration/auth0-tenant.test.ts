import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { product } from '../../functions/product.ts';
import { installDeployCli } from '../../infra/auth0/deploy-cli.ts';
import { type ManagementApiStub, startManagementApi } from '../support/auth0/management-api.ts';
import { checkPayloadTypes } from '../support/auth0/payload-types.ts';
import { runPostLoginAction } from '../support/auth0/run-action.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { projectDir } from '../support/local-process.ts';
import { AUDIENCE, startSystem } from '../support/system.ts';

const DOMAIN = 'tenant.eu.auth0.com';
const NAMESPACE = 'https://claims.example.com/';
const ACTION = `${product.name}-sandbox-email-claims`;
const FRONT_END = `${product.title} front ends (sandbox)`;

/** The scopes that the guide asks for. */
const scopes = /```text\n([^`]*)```/
  .exec(readFileSync(join(projectDir, 'infra/auth0/README.md'), 'utf8'))?.[1]
  ?.split(/\s+/)
  .filter(Boolean);

/** What somebody else has in the tenant. */
const foreign = () => {
  const audit = { id: 'act_audit', name: 'Audit log', all_changes_deployed: true };
  return {
    resourceServers: [{ id: 'api_other', name: 'Other API', identifier: 'https://other.example.com' }],
    clients: [{ client_id: 'client_other', name: 'Other app', callbacks: ['https://other.example.com/'] }],
    actions: [audit],
    bindings: [{ id: 'bind_audit', display_name: 'Audit of sign-ins', action: audit }],
    settings: { friendly_name: 'Other Inc.', flags: {} },
  };
};

describe('npm run auth0:deploy', { tags: 'long' }, () => {
  const folder = temporaryFolder();
  let stub: ManagementApiStub;
  beforeAll(async () => {
    installDeployCli();
    const client = { id: 'management', secret: 'management-secret', scopes: scopes ?? [] };
    stub = await startManagementApi({ domain: DOMAIN, client, state: foreign() });
  });
  afterAll(async () => {
    await stub.close();
    folder.remove();
  });

  async function deploy(...args: string[]): Promise<string> {
    const preload = pathToFileURL(join(projectDir, 'test/support/auth0/redirect-fetch.ts')).href;
    const child = spawn(process.execPath, ['infra/auth0/main.ts', ...args], {
      cwd: projectDir,
      env: {
        ...process.env,
        NODE_OPTIONS: `--import ${preload}`,
        TENANT_URL: `https://${DOMAIN}`,
        STUB_URL: stub.url,
        AUTH0_DOMAIN: DOMAIN,
        AUTH0_API_AUDIENCE: AUDIENCE,
        AUTH0_EMAIL_CLAIM_NAMESPACE: NAMESPACE,
        AUTH0_CLIENT_ID: 'management',
        AUTH0_CLIENT_SECRET: 'management-secret',
        // The shell of somebody who uses the CLI for other purposes.
        AUTH0_ALLOW_DELETE: 'true',
        EXTENSION_SECRET: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk;
      });
    }
    const [code] = await once(child, 'close');
    expect(code, output).toBe(0);
    expect(output).not.toContain('management-secret');
    return output;
  }

  it('shows with --dry-run what it would do, and changes nothing', async () => {
    const output = await deploy('--dry-run');
    const created = [...output.matchAll(/CREATE +│ (.+?) +│/g)].map(([, name]) => name);
    expect(new Set(created)).toEqual(new Set([product.title, FRONT_END, ACTION]));
    expect(output).toContain(`would run after each sign-in: Audit log, ${ACTION}.`);
    expect(stub.changes).toEqual([]);
    expect(stub.state).toEqual(foreign());
  });

  it('creates the API, the clients and the Action, and leaves all else as it is', async () => {
    await deploy('--password-client');
    const { resourceServers, clients, actions, bindings, settings } = stub.state;
    const before = foreign();
    expect(resourceServers).toEqual([
      ...before.resourceServers,
      {
        id: expect.any(String),
        name: product.title,
        identifier: 'https://todo.example.com',
        scopes: expect.arrayContaining([
          { value: 'read:todos', description: 'Read your todos' },
          { value: 'write:todos', description: 'Change your todos' },
        ]),
        signing_alg: 'RS256',
        enforce_policies: true,
        token_dialect: 'access_token_authz',
        token_lifetime: 86_400,
        allow_offline_access: true,
        skip_consent_for_verifiable_first_party_clients: true,
        subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'deny_all' } },
      },
    ]);
    expect(clients).toEqual([
      ...before.clients,
      expect.objectContaining({
        name: FRONT_END,
        app_type: 'spa',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        refresh_token: expect.objectContaining({ rotation_type: 'rotating', expiration_type: 'expiring' }),
        callbacks: expect.arrayContaining(['http://127.0.0.1:3000/docs/oauth2-redirect.html']),
        web_origins: expect.arrayContaining(['http://127.0.0.1:3002']),
      }),
      expect.objectContaining({
        name: `${product.title} tests (sandbox)`,
        grant_types: ['password', 'http://auth0.com/oauth/grant-type/password-realm'],
      }),
    ]);
    expect(actions).toEqual([
      ...before.actions,
      expect.objectContaining({
        name: ACTION,
        runtime: 'node22',
        supported_triggers: [{ id: 'post-login', version: 'v3' }],
        all_changes_deployed: true,
      }),
    ]);
    expect(bindings.map(({ display_name }) => display_name)).toEqual(['Audit of sign-ins', ACTION]);
    expect(settings).toEqual({ ...before.settings, default_directory: 'Username-Password-Authentication' });
  });

  it('sends what the types of Auth0 allow', () => {
    expect(stub.changes.length).toBeGreaterThan(5);
    expect(checkPayloadTypes(stub.changes, folder.path)).toBe('');
    const misspelt = { method: 'POST', path: 'clients', body: { name: 'a', callback: [] } };
    expect(checkPayloadTypes([misspelt], folder.path)).toMatch(/callback.+ does not exist/);
  });

  it('creates nothing twice, and deletes nothing', async () => {
    const before = structuredClone(stub.state);
    await deploy();
    expect(stub.state).toEqual(before);
    expect(stub.changes.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(checkPayloadTypes(stub.changes, folder.path)).toBe('');
  });

  it('deploys an Action whose tokens the API accepts, without a request to /userinfo', async () => {
    const code = String(stub.state.actions[1]?.code);
    const system = await startSystem({ settings: { AUTH0_EMAIL_CLAIM_NAMESPACE: NAMESPACE } });
    try {
      const call = async (email_verified: boolean) => {
        const { subject, email } = system.issuer.addUser({ email: `${email_verified}@example.com` });
        const user = { email, email_verified };
        const claims = await runPostLoginAction(code, { user, resource_server: { identifier: AUDIENCE } });
        const token = await system.issuer.mintToken({ subject, claims });
        const response = await fetch(`${system.apiUrl}/me`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        return { status: response.status, body: await response.json() };
      };
      expect(await call(true)).toMatchObject({ status: 200, body: { email: 'true@example.com' } });
      expect(await call(false)).toMatchObject({
        status: 403,
        body: { detail: expect.stringContaining('is not verified') },
      });
      expect(system.issuer.requestCount('userinfo')).toBe(0);
    } finally {
      await system.close();
    }
  });
});
