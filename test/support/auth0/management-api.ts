import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../listen.ts';

type Resource = Readonly<Record<string, unknown>>;

/** The state of a tenant. */
export interface TenantState {
  resourceServers: Resource[];
  clients: Resource[];
  actions: Resource[];
  /** The Actions of the trigger post-login, in their order. */
  bindings: { readonly id: string; readonly display_name: string; readonly action: Resource }[];
  settings: Resource;
}

/** A change that was asked for. */
export interface Change {
  readonly method: string;
  readonly path: string;
  readonly body: Resource;
}

export interface ManagementApiStub {
  readonly url: string;
  readonly state: TenantState;
  /** All requests that were not GET, in their order. */
  readonly changes: Change[];
  close(): Promise<void>;
}

class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ACCESS_TOKEN = 'management-token';

/**
 * Starts a stub of Auth0's Management API, with the operations that this project needs. It has the rules that a wrong
 * configuration or a careless tool would break: scopes of the client, unique names, fields that cannot be changed, and
 * bindings that are replaced as a whole.
 * Source: https://auth0.com/docs/api/management/v2
 * @param options.client the client that may sign in, and the scopes of its client grant
 */
export async function startManagementApi(options: {
  readonly client: { readonly id: string; readonly secret: string; readonly scopes: readonly string[] };
  readonly domain: string;
  readonly state: TenantState;
}): Promise<ManagementApiStub> {
  const { client, domain, state } = options;
  const changes: Change[] = [];
  let count = 0;
  const newId = (prefix: string) => `${prefix}_${++count}`;

  const requireScope = (scope: string) => {
    if (!client.scopes.includes(scope))
      throw new ApiError(403, `Insufficient scope, expected any of: ${scope}`);
  };
  const requireUnique = (resources: readonly Resource[], field: string, value: unknown) => {
    if (resources.some((resource) => resource[field] === value)) throw new ApiError(409, `${field} is taken`);
  };
  const refuseFields = (body: Resource, fields: readonly string[]) => {
    const refused = fields.filter((field) => field in body);
    if (refused.length > 0) throw new ApiError(400, `Payload validation error: ${refused.join(', ')}`);
  };
  const update = (resources: Resource[], idField: string, id: string, body: Resource): Resource => {
    const index = resources.findIndex((resource) => resource[idField] === id);
    if (index === -1) throw new ApiError(404, 'Not found');
    const updated = { ...resources[index], ...body };
    resources[index] = updated;
    return updated;
  };
  const page = (name: string, resources: readonly Resource[]) => ({
    [name]: resources,
    start: 0,
    limit: 100,
    total: resources.length,
  });

  const signIn = (body: Resource) => {
    if (body.client_id !== client.id || body.client_secret !== client.secret)
      throw new ApiError(401, 'Unauthorized');
    if (body.audience !== `https://${domain}/api/v2/`)
      throw new ApiError(403, `Service not found: ${body.audience}`);
    return { access_token: ACCESS_TOKEN, token_type: 'Bearer', expires_in: 86_400 };
  };

  const bind = (refs: readonly { ref: { type: string; value: string }; display_name?: string }[]) => {
    state.bindings = refs.map(({ ref, display_name }) => {
      const field = ref.type === 'action_name' ? 'name' : 'id';
      const action = state.actions.find((each) => each[field] === ref.value);
      if (!action) throw new ApiError(400, `There is no Action ${ref.value}`);
      if (!action.all_changes_deployed) throw new ApiError(400, 'The Action is not deployed');
      const id = state.bindings.find((binding) => binding.action.id === action.id)?.id ?? newId('binding');
      return { id, display_name: display_name ?? String(action.name), action };
    });
    return page('bindings', state.bindings);
  };

  const operations: Readonly<Record<string, (id: string, body: Resource) => unknown>> = {
    'GET resource-servers': () => {
      requireScope('read:resource_servers');
      return page('resource_servers', state.resourceServers);
    },
    'POST resource-servers': (_id, body) => {
      requireScope('create:resource_servers');
      requireUnique(state.resourceServers, 'identifier', body.identifier);
      const created = { id: newId('api'), ...body };
      state.resourceServers.push(created);
      return created;
    },
    'PATCH resource-servers': (id, body) => {
      requireScope('update:resource_servers');
      refuseFields(body, ['id', 'identifier']);
      return update(state.resourceServers, 'id', id, body);
    },
    'GET clients': () => {
      requireScope('read:clients');
      return page('clients', state.clients);
    },
    'POST clients': (_id, body) => {
      requireScope('create:clients');
      const created = { client_id: newId('client'), ...body };
      state.clients.push(created);
      return created;
    },
    'PATCH clients': (id, body) => {
      requireScope('update:clients');
      refuseFields(body, ['client_id']);
      return update(state.clients, 'client_id', id, body);
    },
    'GET actions/modules': () => page('modules', []),
    'GET actions/actions': () => {
      requireScope('read:actions');
      return page('actions', state.actions);
    },
    'POST actions/actions': (_id, body) => {
      requireScope('create:actions');
      requireUnique(state.actions, 'name', body.name);
      refuseFields(body, ['deployed', 'status']);
      const created = { id: newId('action'), status: 'built', all_changes_deployed: false, ...body };
      state.actions.push(created);
      return created;
    },
    'PATCH actions/actions': (id, body) => {
      requireScope('update:actions');
      refuseFields(body, ['id', 'deployed', 'status']);
      return update(state.actions, 'id', id, { ...body, all_changes_deployed: false });
    },
    'POST actions/actions/deploy': (id) => {
      requireScope('update:actions');
      return update(state.actions, 'id', id, { all_changes_deployed: true });
    },
    'GET actions/triggers/post-login/bindings': () => {
      requireScope('read:actions');
      return page('bindings', state.bindings);
    },
    'PATCH actions/triggers/post-login/bindings': (_id, body) => {
      requireScope('update:actions');
      return bind(body.bindings as Parameters<typeof bind>[0]);
    },
    'GET tenants/settings': () => {
      requireScope('read:tenant_settings');
      return state.settings;
    },
    'PATCH tenants/settings': (_id, body) => {
      requireScope('update:tenant_settings');
      state.settings = { ...state.settings, ...body };
      return state.settings;
    },
  };

  const respond = (request: IncomingMessage, body: Resource): unknown => {
    const { pathname } = new URL(request.url ?? '', 'http://stub');
    if (pathname === '/oauth/token') return signIn(body);
    if (request.headers.authorization !== `Bearer ${ACCESS_TOKEN}`) throw new ApiError(401, 'Invalid token');
    const path = pathname.replace('/api/v2/', '');
    if (request.method !== 'GET') changes.push({ method: request.method ?? '', path, body });
    const [, before = path, id = '', after = ''] =
      /^(resource-servers|clients|actions\/actions)\/([^/]+)(\/deploy)?$/.exec(path) ?? [];
    const operation = operations[`${request.method} ${before}${after}`];
    if (!operation) throw new ApiError(404, `The stub has no ${request.method} ${path}`);
    return operation(id, body);
  };

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    let status = 200;
    let content: unknown;
    try {
      content = respond(request, text === '' ? {} : JSON.parse(text));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      status = error.status;
      content = { statusCode: status, error: 'Error', message: error.message };
    }
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(content));
  });
  const { url, close } = await listen(server);
  return { url, state, changes, close };
}
