import { type Issuer, startIssuer } from '../../../infra/local/issuer/issuer.ts';
import { apiScopes, demoClients, demoConfidentialClient, demoUsers } from '../../../infra/start/demo.ts';
import { temporaryFolder } from '../../support/cloud-assembly.ts';
import { applyLoad, type Load, type LoadSample, summarize } from '../load.ts';
import type { Chart, Claim, Part, Results, ResultTable } from '../part.ts';
import type { ServerProcess } from '../server-process.ts';
import { interleave, median, ratio } from '../statistics.ts';
import { findPython, installService } from './python.ts';
import { startDjango, startLocalSystem } from './systems.ts';

const AUDIENCE = 'https://todo.example.com';
const CONNECTIONS = 16;
const ROUNDS = 9;
const SECONDS = 4;
/** Throughput rises during this time, because V8 optimizes the code that runs often. */
const WARM_UP_SECONDS = 20;
const TODOS = 10;

const LOCAL = 'this system, `npm start`';
const CACHED = 'Django as created, JWKS cached';
/** One process for each processor, and one thread for each connection of the load. */
const threads = { workers: 2, threads: 8 };
/** The number of processes that gunicorn's documentation recommends for two processors. */
const processes = { workers: 5, threads: 4 };
const cached = { cacheJwks: true, tuned: false, ...threads };
const djangoVariants = {
  'Django as created, JWKS fetched per request': { ...cached, name: 'fetched', cacheJwks: false },
  [CACHED]: { ...cached, name: 'cached' },
  'Django as created, JWKS cached, five processes of four threads': {
    ...cached,
    name: 'processes',
    ...processes,
  },
  'Django tuned, JWKS cached': { ...cached, name: 'tuned', tuned: true },
};
const methods = ['GET', 'POST'] as const;
const titles = { GET: `GET /todo/ of ${TODOS} todos`, POST: 'POST /todo/' };

/** The samples of each round, by the name of the system. */
type BySystem = Readonly<Record<string, readonly LoadSample[]>>;
type Samples = Readonly<Record<(typeof methods)[number], BySystem>>;

/**
 * Sends the same authenticated load to the local system and to a Django REST Framework service. The service does the
 * same work for a request as the service of the tutorial. One user lists ten todos, another user creates todos.
 */
export const django: Part = {
  name: 'django',
  section: "Side by side with the tutorial's system",
  async unavailable() {
    if (process.platform === 'win32') return 'gunicorn does not run on Windows';
    return (await findPython()) === undefined ? 'there is no Python 3.10 or later with venv' : undefined;
  },
  async run() {
    const programPath = await installService((await findPython()) as string);
    const folder = temporaryFolder();
    const issuer = await startIssuer({
      port: 0,
      audience: AUDIENCE,
      scopes: apiScopes,
      clients: demoClients,
      users: demoUsers,
    });
    const options = { auth0Domain: issuer.domain, audience: AUDIENCE, folder: folder.path };
    const running: Record<string, ServerProcess> = {};
    try {
      running[LOCAL] = await startLocalSystem(options);
      for (const [name, variant] of Object.entries(djangoVariants)) {
        running[name] = await startDjango(programPath, { ...options, ...variant });
      }
      return await measure(running, issuer);
    } finally {
      await Promise.all(Object.values(running).map((server) => server.stop()));
      await issuer.stop();
      folder.remove();
    }
  },
};

async function measure(running: Readonly<Record<string, ServerProcess>>, issuer: Issuer): Promise<Results> {
  const [reader, writer] = await Promise.all(demoUsers.slice(0, 2).map((user) => signIn(issuer, user)));
  const variants: Record<string, () => Promise<LoadSample>> = {};
  for (const [name, { pid, address }] of Object.entries(running)) {
    const url = `${address}/todo/`;
    const get: Load = { url, method: 'GET', headers: { authorization: `Bearer ${reader}` } };
    const post: Load = {
      url,
      method: 'POST',
      headers: { authorization: `Bearer ${writer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Buy milk', date: '2026-06-15' }),
    };
    process.stdout.write(`Warming up ${name}, at ${address}\n`);
    // Each user signs in before the load: concurrent first requests would make Django link one identity several times.
    for (const { headers } of [get, post]) {
      await createTodos({ ...post, headers: { ...post.headers, ...headers } });
    }
    await expectTodos(get);
    for (const load of [get, post]) {
      await applyLoad(load, { pid, connections: CONNECTIONS, seconds: WARM_UP_SECONDS });
      variants[`${load.method} ${name}`] = () =>
        applyLoad(load, { pid, connections: CONNECTIONS, seconds: SECONDS });
    }
  }
  process.stdout.write('\n');
  const samples = await interleave(variants, ROUNDS);
  const byMethod: Samples = {
    GET: ofMethod('GET', samples),
    POST: ofMethod('POST', samples),
  };
  return {
    tables: methods.map((method) => toTable(method, byMethod[method])),
    charts: [toChart(byMethod)],
    claims: toClaims(byMethod),
  };
}

async function signIn(issuer: Issuer, user: { email: string; password: string }): Promise<string> {
  const response = await fetch(`${issuer.url}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      username: user.email,
      password: user.password,
      audience: AUDIENCE,
      scope: 'openid profile email',
      client_id: demoConfidentialClient.clientId,
      client_secret: demoConfidentialClient.clientSecret,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`The issuer gave no token: ${response.status}`);
  return token;
}

async function createTodos({ url, method, headers, body }: Load): Promise<void> {
  for (let i = 0; i < TODOS; i++) {
    const response = await fetch(url, { method, headers, body: body ?? null });
    if (response.status !== 201) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
}

/** Checks that a system does the expected work before it is measured. */
async function expectTodos({ url, headers }: Load): Promise<void> {
  const todos = (await (await fetch(url, { headers })).json()) as { title: string; date: string }[];
  const isRight = todos.every(({ title, date }) => title === 'Buy milk' && date === '2026-06-15');
  if (todos.length !== TODOS || !isRight) throw new Error(`${url} did not list the ${TODOS} todos`);
}

function ofMethod(method: string, samples: BySystem): BySystem {
  const prefix = `${method} `;
  return Object.fromEntries(
    Object.entries(samples).flatMap(([name, of]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), of]] : [],
    ),
  );
}

/** Compares each round with the baseline of the same round, because the speed of the machine changes between rounds. */
function ratioToCached(
  samples: BySystem,
  name: string,
  value: (sample: LoadSample) => number | undefined,
): string {
  const ratios = (samples[name] ?? []).flatMap((sample, round) => {
    const baseline = samples[CACHED]?.[round];
    const [own, other] = [value(sample), baseline && value(baseline)];
    return own === undefined || other === undefined ? [] : [own / other];
  });
  return ratios.length === 0 ? '' : ratio(median(ratios), 1);
}

const throughput = ({ perSecond }: LoadSample) => perSecond;

function toTable(method: (typeof methods)[number], samples: BySystem): ResultTable {
  return {
    title: titles[method],
    columns: ['', 'requests/s', '× (JWKS cached)', 'p50 ms', 'p99 ms', 'CPU ms/request', '×'],
    rows: Object.entries(samples).map(([name, ofSystem]) => {
      const { perSecond, p50, p99, processor } = summarize(ofSystem);
      return [
        name,
        perSecond.toFixed(0),
        ratioToCached(samples, name, throughput),
        p50.toFixed(0),
        p99.toFixed(0),
        processor?.toFixed(2) ?? '',
        ratioToCached(samples, name, ({ processor: time }) => time),
      ];
    }),
    ...(method === 'POST' && {
      note:
        `Medians of ${ROUNDS} rounds of ${SECONDS} s in turns, with ${CONNECTIONS} connections. Each ratio is the median of the ratios within a round. ` +
        'The servers run on the same two processors as the client. CPU is the time of the server’s processes. ' +
        '“As created” means the settings of startproject: SQLite syncs the disk at each insert. ' +
        'The embedded engine does not sync (a write survives a crash of the process, but not of the ' +
        'machine), and SQLite in the last row does not sync either.',
    }),
  };
}

function toChart(samples: Samples): Chart {
  const systems = Object.keys(samples.GET);
  const [get, post] = methods.map((method) => ratioToCached(samples[method], LOCAL, throughput));
  return {
    name: 'side-by-side',
    title: 'Side by side with the tutorial’s system',
    kind: 'bars',
    unit: `requests a second, ${CONNECTIONS} connections`,
    labels: systems.map((name) => name.replaceAll('`', '')),
    series: methods.map((method) => ({
      name: titles[method],
      values: systems.map((name) => summarize(samples[method][name] ?? []).perSecond),
    })),
    finding: `This system responds to ${get} the GETs and ${post} the POSTs of Django with cached keys.`,
  };
}

function toClaims(samples: Samples): Claim[] {
  return methods.map((method) => ({
    figure: ratioToCached(samples[method], LOCAL, throughput),
    text: `the ${method}s a second of the tutorial's system, with cached keys`,
  }));
}
