import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ANY_ORIGIN, cors } from '../../../functions/http/cors.ts';
import { routes } from '../../../functions/routes.ts';
import { createGatewayResponses } from '../../../infra/constructs/gateway-responses.ts';
import { describeApi } from '../../../infra/openapi/document.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { projectDir } from '../../support/local-process.ts';
import { documentConfig } from '../../support/openapi/config.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const document = describeApi(documentConfig);
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

describe('the OpenAPI document', () => {
  it('has exactly the routes of the route table, each with its summary', () => {
    const described = operations
      .filter(({ method }) => method !== 'HEAD')
      .map(({ path, method, operation }) => [operation.operationId, method, path, operation.summary]);
    expect(described.sort()).toEqual(
      routes.map(({ id, method, path, summary }) => [id, method, path, summary]).sort(),
    );
  });

  it('has a HEAD for every GET, with the same statuses and headers, and without content', () => {
    for (const { get, head } of Object.values(document.paths ?? {})) {
      expect(head === undefined).toBe(get === undefined);
      const withoutContent = Object.entries(get?.responses ?? {}).map(([status, response]) => {
        const { content, ...others } = response as { content?: unknown };
        return [status, others];
      });
      expect(head?.responses ?? {}).toEqual(Object.fromEntries(withoutContent));
    }
  });

  it('passes the recommended rules of Redocly without a warning', async () => {
    const file = join(folder.path, 'openapi.json');
    writeFileSync(file, JSON.stringify(document).replace('{{base}}', 'https://api.todo.dev'));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(projectDir, 'node_modules/@redocly/cli/bin/cli.js'),
        'lint',
        '--extends=recommended',
        '--format=json',
        file,
      ],
      // These stop the telemetry, and the search for a newer version.
      {
        cwd: folder.path,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      },
    );
    const { problems, totals } = JSON.parse(stdout);
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  });

  it('has on every route each status of the gateway’s own responses, except 404 for an unknown route', () => {
    const own = Object.values(
      createGatewayResponses([ANY_ORIGIN], { rate: 50, burst: 100 }, '/docs'),
    ).flatMap(({ statusCode }) => statusCode ?? []);
    for (const { operation, path } of operations) {
      const isPublic = operation.security.length === 0;
      for (const status of new Set(own)) {
        const isExpected = !(status === '404' && !path.includes('{')) && !(status === '401' && isPublic);
        if (isExpected) expect(Object.keys(operation.responses)).toContain(status);
      }
    }
  });

  it('says who may call each route: anybody, or a caller with a token', () => {
    for (const { id, path, method, public: isPublic } of routes) {
      const { security } = operations.find((each) => each.operation.operationId === id)?.operation ?? {};
      expect({ path, method, security }).toEqual({
        path,
        method,
        security: isPublic ? [] : [{ auth0: ['openid', 'email'] }, { bearer: [] }],
      });
    }
  });

  it('requires the scope of a route only when REQUIRE_SCOPES is true', () => {
    const scoped = describeApi({ ...documentConfig, requireScopes: true });
    expect(scoped.paths?.['/todo']?.get?.security).toContainEqual({
      auth0: ['openid', 'email', 'read:todos'],
    });
  });

  it('has the addresses of the deployment’s issuer', () => {
    expect(document.components?.securitySchemes?.auth0).toMatchObject({
      flows: {
        authorizationCode: {
          authorizationUrl: 'https://tenant.eu.auth0.com/authorize',
          tokenUrl: 'https://tenant.eu.auth0.com/oauth/token',
        },
      },
    });
  });

  it('has only headers that browsers may send and read', () => {
    const sent = operations.flatMap(({ operation }) =>
      (operation.parameters ?? []).filter((parameter: { in: string }) => parameter.in === 'header'),
    );
    expect(cors.allowHeaders).toEqual(expect.arrayContaining(sent.map(({ name }) => name)));
    const read = operations.flatMap(({ operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) < 300)
        .flatMap(([, response]) => Object.keys((response as { headers: object }).headers)),
    );
    const forTheBrowser = ['Cache-Control', 'Content-Security-Policy', 'Referrer-Policy'];
    expect([...cors.exposeHeaders, ...forTheBrowser]).toEqual(expect.arrayContaining(read));
  });

  it('says that a number has 64 bits, because some generators choose 32 bits otherwise', () => {
    const order = { type: ['number', 'null'], format: 'double' };
    for (const name of ['NewTodo', 'TodoChanges', 'Todo']) {
      expect(document.components?.schemas?.[name]).toMatchObject({ properties: { order } });
    }
  });

  it('has patterns of whole texts, because clients in Python and Java match nothing less', () => {
    const schemas = JSON.stringify(document.components?.schemas);
    const patterns = [...schemas.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, json = '']) =>
      JSON.parse(json),
    );
    expect(patterns).toHaveLength(3);
    for (const pattern of patterns) expect(pattern).toMatch(/^\^.+\$$/);
  });
});
