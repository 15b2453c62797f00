// Measures a function in a share of a processor: node probe.mjs <bundle> <event file> <processes file> <requests>.
// Lambda gives a function a whole processor while it starts, and limits it from the first request on. So the process
// joins the control group after it has loaded the bundle. It prints milliseconds and megabytes as JSON.
const [, , bundle, eventFile, processesFile, requests] = process.argv;
const fs = process.getBuiltinModule('node:fs');
const event = JSON.parse(fs.readFileSync(eventFile, 'utf8'));

const PAUSE_MS = 25;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
const timed = async (action) => {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
};
const send = () => timed(() => handler(event, { awsRequestId: 'request' }));

let handler;
const load = await timed(async () => {
  ({ handler } = await import(bundle));
});
fs.writeFileSync(processesFile, String(process.pid));
const first = await send();
const later = [];
for (let i = 0; i < requests; i++) {
  await pause();
  later.push(await send());
}
const memory = process.memoryUsage.rss() / 1024 ** 2;
process.stdout.write(`\n${JSON.stringify({ load, first, later, memory })}\n`, () => process.exit());
