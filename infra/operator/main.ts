import { print, runScript } from '../start/command.ts';
import { operate } from './operate.ts';

await runScript(() =>
  operate(process.argv.slice(2), {
    environment: process.env,
    terminal: { input: process.stdin, output: process.stderr },
    print,
    printLog: (line) => process.stderr.write(`${line}\n`),
  }),
);
