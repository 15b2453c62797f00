// Measures a warm execution environment: node probe.mjs <bundle> <event file> <requests>. It sends one request after
// another, as Lambda does, over one keep-alive connection. It prints the CPU milliseconds of one request as JSON.
const [, , bundle, eventFile, requests] = process.argv;
const event = JSON.parse(process.getBuiltinModule('node:fs').readFileSync(eventFile, 'utf8'));
const { handler } = await import(bundle);

const send = async (count) => {
  for (let i = 0; i < count; i++) await handler(event, { awsRequestId: 'request' });
};

await send(requests);
const before = process.cpuUsage();
await send(requests);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`\n${JSON.stringify((user + system) / 1_000 / requests)}\n`, () => process.exit());
