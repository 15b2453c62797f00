import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { type LocalApi, startLocalApi } from './local-api.ts';
import { openShell, type Shell } from './shell.ts';
import { npm } from './tools.ts';

interface Parameter {
  readonly key: string;
  value: string;
  disabled?: boolean;
}

/** A request of a collection: the members that a person edits in Postman. */
interface CollectedRequest {
  readonly method: string;
  readonly auth?: { readonly oauth2?: Parameter[] };
  readonly url: {
    readonly path: readonly string[];
    readonly query?: readonly Parameter[];
    readonly variable?: readonly Parameter[];
  };
}

/** A collection or a folder of one has items. Other items are requests. */
interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly request?: CollectedRequest;
}

interface Report {
  readonly run: {
    readonly executions: readonly {
      readonly item: { readonly name: string };
      readonly response?: { readonly code: number };
    }[];
  };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary: string;
  readonly responses: Readonly<Record<string, object>>;
}

const title = `openapi-to-postmanv2 ${npm.versionOf('openapi-to-postmanv2')}, newman ${npm.versionOf('newman')}`;

describe(title, () => {
  const folder = temporaryFolder();
  const read = <Content>(name: string): Content => JSON.parse(readFileSync(join(folder.path, name), 'utf8'));
  let api: LocalApi;
  let shell: Shell;
  /** The operations by what the converter calls them. */
  let operations: ReadonlyMap<string, Operation & { readonly name: string }>;
  beforeAll(async () => {
    api = await startLocalApi();
    await api.saveDocument(folder.path);
    const { paths } = read<Document>('openapi.json');
    const all = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        ...operation,
        name: `${method.toUpperCase()} ${path}`,
      })),
    );
    operations = new Map(all.map((operation) => [operation.summary, operation]));
    expect(operations.size).toBe(all.length);
    shell = openShell([npm], folder.path);
  });
  afterAll(async () => {
    await api?.close();
    folder.remove();
  });

  /**
   * Converts the document to a collection in Postman's format, with values from its examples, and edits each request.
   * @param enableOptionalParameters whether a request has its optional parameters
   */
  async function convert(
    name: string,
    enableOptionalParameters: boolean,
    edit: (request: CollectedRequest) => void,
  ): Promise<void> {
    const options = {
      folderStrategy: 'Tags',
      parametersResolution: 'Example',
      enableOptionalParameters,
    };
    const list = Object.entries(options).map((option) => option.join('='));
    await shell(`openapi2postmanv2 --spec openapi.json --output ${name} --options ${list.join(',')}`);
    const editAll = ({ item = [], request }: Item): void => {
      if (request) edit(request);
      item.forEach(editAll);
    };
    const collection = read<Item>(name);
    editAll(collection);
    writeFileSync(join(folder.path, name), JSON.stringify(collection));
  }

  /** Signs in, as the button "Get New Access Token" of Postman does. */
  function signIn({ auth }: CollectedRequest): void {
    auth?.oauth2?.push(
      { key: 'accessToken', value: '{{accessToken}}' },
      { key: 'addTokenTo', value: 'header' },
    );
  }

  /** Sends all requests of a collection in their order. */
  async function send(name: string, variables: Readonly<Record<string, string>>) {
    const given = Object.entries(variables).map(([key, value]) => `--env-var ${key}=${value}`);
    await shell(`newman run ${name} ${given.join(' ')} --reporters json --reporter-json-export report.json`);
    return read<Report>('report.json').run.executions.map(({ item, response }) => {
      const operation = operations.get(item.name);
      if (operation === undefined) throw new Error(`The document has no operation "${item.name}".`);
      return { operation, status: response?.code ?? 0 };
    });
  }

  it('sends each request of the collection', async () => {
    const accessToken = await api.signIn('postman');
    const created = await fetch(`${api.url}/todo`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: 'Here before Postman' }),
    });
    const { id } = (await created.json()) as { id: string };
    await convert('required.json', false, (request) => {
      signIn(request);
      const { method, url } = request;
      for (const variable of url.variable ?? []) if (variable.key === 'id') variable.value = '{{id}}';
      // To delete only the completed todos keeps the todo for the next requests.
      const completed = url.query?.find(({ key }) => key === 'completed');
      if (method === 'DELETE' && completed) Object.assign(completed, { value: 'true', disabled: false });
    });
    const sent = await send('required.json', { accessToken, id });
    expect(sent.map(({ operation, status }) => `${operation.name} ${status}`)).toEqual([
      'GET /todo 200',
      'HEAD /todo 200',
      'POST /todo 201',
      'DELETE /todo 204',
      'GET /todo/{id} 200',
      'HEAD /todo/{id} 200',
      'PUT /todo/{id} 200',
      'PATCH /todo/{id} 200',
      'DELETE /todo/{id} 204',
      'GET /me 200',
      'HEAD /me 200',
      'DELETE /me 428',
      'GET /me/export 200',
      'HEAD /me/export 200',
      'GET / 200',
      'HEAD / 200',
      'GET /openapi.json 200',
      'HEAD /openapi.json 200',
      'GET /docs 200',
      'HEAD /docs 200',
      'GET /docs/{asset} 200',
      'HEAD /docs/{asset} 200',
    ]);
  });

  it('gets a documented status with all parameters', async () => {
    await convert('all.json', true, signIn);
    const sent = await send('all.json', { accessToken: await api.signIn('postman-all') });
    expect(sent).toHaveLength(operations.size);
    expect(sent.find(({ operation }) => operation.name === 'GET /todo')?.status).toBe(200);
    for (const { operation, status } of sent) {
      expect(status, operation.name).toBeLessThan(500);
      expect(Object.keys(operation.responses), operation.name).toContain(String(status));
    }
  });
});
