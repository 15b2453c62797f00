// Measures one execution environment, in its own process: node probe.mjs <module> <event file> <processes file>
// <requests>. Lambda gives a function a whole processor while it starts, and limits it from the first request on. So the
// process joins the control group of <processes file> when the module is loaded. It sends one request, and then
// <requests> more, with pauses. It prints milliseconds, megabytes and what the function returned as JSON.
// It is plain JavaScript, so that Node.js loads and compiles only the module during the measurement.
const [, , file, eventFile, processesFile, requests] = process.argv;
// An import of node:fs would load streams and promises before the module does. Their cost would not be measured.
const fs = process.getBuiltinModule('node:fs');
const event = JSON.parse(fs.readFileSync(eventFile, 'utf8'));
const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 300_000 };

// The Lambda runtime loads a module in the same way.
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
const loadModule = () => (file.endsWith('.mjs') ? import(file) : require(file));

const PAUSE_MS = 25;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

async function timed(action) {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = await action();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: performance.now() - startedAt, cpu: (user + system) / 1_000 };
}

const output = process.stdout.write.bind(process.stdout);
const start = await timed(loadModule);
fs.writeFileSync(processesFile, String(process.pid));
const send = () => timed(() => start.result.handler(event, context));
const first = await send();
const later = [];
for (let i = 0; i < Number(requests); i++) {
  await pause();
  later.push(await send());
}
const outcomes = [first, ...later].map(
  ({ result }) => result?.statusCode ?? result?.policyDocument?.Statement[0].Effect ?? null,
);
const sample = {
  start: start.milliseconds,
  first: first.milliseconds,
  firstCpu: first.cpu,
  later: later.map(({ milliseconds }) => milliseconds),
  memory: process.memoryUsage.rss() / 1024 ** 2,
  outcomes,
};
output(`\n${JSON.stringify(sample)}\n`, () => process.exit());
