// Measures one cold start, in its own process: node probe.mjs <bundle> <event file>. It prints the times as JSON.
// It is plain JavaScript, so that Node.js loads and compiles only the bundle during the measurement.
const [, , bundle, eventFile] = process.argv;
// An import of node:fs would load streams and promises before the bundle does. Their cost would not be measured.
const event = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(eventFile, 'utf8'));

// The Lambda runtime loads a bundle in the same way.
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
// A function that handles no requests has no event.
const first = await timed(() => event && load.result.handler(event, { awsRequestId: 'request' }));
const status = first.result?.statusCode ?? first.result?.policyDocument?.Statement[0].Effect ?? 'no status';
output(
  `\n${JSON.stringify({ load: load.wallMs, loadCpu: load.cpuMs, first: first.wallMs, firstCpu: first.cpuMs, status })}\n`,
);
process.exit();
