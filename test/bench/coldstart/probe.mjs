// One cold start, in a process of its own: node probe.mjs <bundle> <event file>. Plain JavaScript, so that
// nothing but the bundle is loaded and compiled while the clock runs. Prints what it took as JSON.
const [, , bundle, eventFile] = process.argv;
// An import of node:fs would load streams and promises before the bundle does, and hide what they cost it.
const event = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(eventFile, 'utf8'));

// As the runtime of Lambda does it.
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
const loadBundle = () => (bundle.endsWith('.mjs') ? import(bundle) : require(bundle));

async function timed(action) {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = await action();
  const { user, system } = process.cpuUsage(before);
  return { result, wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

const output = process.stdout.write.bind(process.stdout);
const load = await timed(loadBundle);
// No event: a function that answers no requests.
const first = await timed(() => event && load.result.handler(event, { awsRequestId: 'request' }));
const status = first.result?.statusCode ?? first.result?.policyDocument?.Statement[0].Effect ?? 'no status';
output(
  `\n${JSON.stringify({ load: load.wallMs, loadCpu: load.cpuMs, first: first.wallMs, firstCpu: first.cpuMs, status })}\n`,
);
process.exit();
