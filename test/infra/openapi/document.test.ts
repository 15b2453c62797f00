import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ParameterObject, ResponseObject } from 'openapi3-ts/oas31';
import { afterAll, describe, expect, it } from 'vitest';
import { ANY_ORIGIN, cors } from '../../../functions/http/cors.ts';
import { routes, tags } from '../../../functions/routes.ts';
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

/** The pointers to strings, arrays and integers that have no bounds. A fixed value needs none. */
function unboundedIn(node: unknown, pointer = '#'): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const schema = node as Record<string, unknown>;
  const types = [schema.type].flat();
  const needed = [
    ...(types.includes('string') ? ['maxLength'] : []),
    ...(types.includes('array') ? ['maxItems'] : []),
    ...(types.includes('integer') ? ['minimum', 'maximum', 'format'] : []),
  ];
  const isFixed = 'enum' in schema || 'const' in schema;
  const isBounded = isFixed || needed.every((name) => name in schema);
  const inside = Object.entries(schema).filter(([key]) => !/^examples?$/.test(key));
  return [
    ...(isBounded ? [] : [pointer]),
    ...inside.flatMap(([key, value]) => unboundedIn(value, `${pointer}/${key}`)),
  ];
}

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

  it('has on every route each error of the gateway’s own responses, except 404 for an unknown route', () => {
    const statuses = Object.values(createGatewayResponses([ANY_ORIGIN], '/docs')).flatMap(
      ({ statusCode }) => statusCode ?? [],
    );
    // The 204 is for preflight requests only.
    const own = statuses.filter((status) => status !== '204');
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

  it('says in each operation what it does, and who may call it', () => {
    for (const { operation, path, method } of operations)
      expect(operation.description, `${method} ${path}`).toMatch(/[a-z`)]\.$/);
    expect(document.paths?.['/todo']?.get?.description).toMatch(/ It needs an access token\.$/);
    const scoped = describeApi({ ...documentConfig, requireScopes: true });
    expect(scoped.paths?.['/todo']?.get?.description).toMatch(
      / It needs an access token with the scope `read:todos`\.$/,
    );
  });

  it('has a valid example of each parameter', () => {
    const ajv = addFormats.default(new Ajv2020({ strict: false }));
    ajv.addFormat('ulid', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    const parameters = operations.flatMap(({ operation, path, method }) =>
      (operation.parameters ?? []).map((parameter: ParameterObject) => ({ ...parameter, path, method })),
    );
    expect(parameters.length).toBeGreaterThan(20);
    for (const { name, path, method, example, schema } of parameters) {
      const isValid = example !== undefined && ajv.validate(schema ?? {}, example);
      expect({ name, path, method, example, isValid }).toMatchObject({ isValid: true });
    }
  });

  it('bounds each string and array, and gives each integer its format and range', () => {
    expect(unboundedIn(document)).toEqual([]);
    expect(
      unboundedIn({ a: { type: 'string' }, b: { type: 'array' }, c: { type: ['integer', 'null'] } }),
    ).toEqual(['#/a', '#/b', '#/c']);
  });

  it.each([
    ['the most todos on a page', 'listTodos', 'limit', { minimum: 1, maximum: 200, format: 'int32' }],
    ['the most items on a page', 'getExport', 'limit', { minimum: 1, maximum: 200, format: 'int32' }],
    ['a cursor', 'listTodos', 'cursor', { minLength: 1, maxLength: 1_000 }],
    ['the id in a path', 'getTodo', 'id', { minLength: 26, maxLength: 26 }],
  ])('has the bounds that the routes check: %s', (_case, id, name, bounds) => {
    const found = operations.find(({ operation }) => operation.operationId === id);
    const parameter = found?.operation.parameters.find((each: ParameterObject) => each.name === name);
    expect(parameter?.schema).toMatchObject(bounds);
  });

  it('has at most 200 entries in a list', () => {
    const ok = document.paths?.['/todo']?.get?.responses?.['200'] as ResponseObject;
    expect(ok.content?.['application/json']?.schema).toMatchObject({ type: 'array', maxItems: 200 });
  });

  it('has an integer as the status of a problem, and a contact', () => {
    expect(document.components?.schemas?.Problem).toMatchObject({
      properties: { status: { type: 'integer', format: 'int32' }, type: { format: 'uri-reference' } },
    });
    expect(document.info.contact).toEqual({
      name: expect.any(String),
      url: expect.stringMatching(/^https:/),
    });
  });

  it.each([
    [
      'InternalServerError',
      '`#internal-error`: The API met an unexpected error. A write may have taken effect. After a write, get the resource to see whether it has changed. If it happens again, tell the operator of the API the `request_id`.',
    ],
    [
      'BadGateway',
      '`#internal-error`: The function of the route crashed before it could respond. A write may have taken effect. After a write, get the resource to see whether it has changed. Then send the request again. If it happens again, tell the operator of the API the `request_id`.',
    ],
  ])('says in a text of its own what this status means: %s', (name, description) => {
    expect(document.components?.responses?.[name]).toMatchObject({ description });
  });

  it('names its address in a placeholder that the route fills in, and the stage', () => {
    expect(document.servers).toEqual([{ url: '{{base}}', description: 'sandbox' }]);
  });

  it.each([
    [undefined, '/sandbox/docs#'],
    [{ name: 'api.example.com', certificateArn: '', hostedZoneId: '', only: false }, '/docs#'],
  ])('shows the types of problems as the deployment sends them', (domain, prefix) => {
    const text = JSON.stringify(describeApi({ ...documentConfig, domain }));
    expect(text).not.toContain('{{docs}}');
    expect(text).toContain(`"type":"${prefix}stale-version"`);
  });

  it('puts HEAD into the group of its GET, so that it is no client class or folder of its own', () => {
    for (const { get, head } of Object.values(document.paths ?? {})) expect(head?.tags).toEqual(get?.tags);
    expect(document.tags?.map(({ name }) => name)).toEqual(tags.map(({ name }) => name));
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
