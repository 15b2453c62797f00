// Measures the CPU time of loading a module, in its own process: node load-probe.mjs <module>. It prints milliseconds.
// It is plain JavaScript, so that Node.js loads and compiles only the module during the measurement.
const [, , file] = process.argv;
const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
const before = process.cpuUsage();
await (file.endsWith('.mjs') ? import(file) : require(file));
const { user, system } = process.cpuUsage(before);
process.stdout.write(`\n${(user + system) / 1_000}\n`, () => process.exit());
