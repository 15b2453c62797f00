import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../infra/local/user-error.ts';
import { type Lifetime, print, runCommand } from '../../infra/start/command.ts';
import { demoConfidentialClient } from '../../infra/start/demo.ts';
import { type CommandLine, readCommandLine } from '../../infra/start/options.ts';
import { formatSeconds, showProgress } from '../../infra/start/progress.ts';
import { toText } from '../bench/report.ts';
import { connectControl } from '../support/control.ts';
import { AUDIENCE } from '../support/system.ts';
import { createMeasurements } from './measurements.ts';
import { type MemorySample, memoryCsv, memoryTable } from './memory-curve.ts';
import type { SystemMessage } from './system-process.ts';
import { type Account, createLoadUser } from './user.ts';

const DEFAULT_SECONDS = 30;
const DEFAULT_USERS = 48;
/** The time for the synthesis, the start, and the comparison at the end. */
const OVERHEAD_SECONDS = 20;
const STOP_TIMEOUT_MS = 5_000;
const ROTATE_EVERY_MS = 5_000;
const SIGN_IN_EVERY_STEPS = 100;
const DENIED_AT_ONCE = 2;
const PAUSE_AFTER_FAILURE_MS = 100;

const commandLine: CommandLine = {
  usage: 'npm run load',
  summary: `Starts the local deployment, lets many users work on it at once, and compares the acknowledged writes with the todos at the end. Exit code 1: there was a violation. By default it takes about ${formatSeconds(DEFAULT_SECONDS + OVERHEAD_SECONDS)}.`,
  environment: {
    LOAD_SECONDS: `How long the users work. Default: ${DEFAULT_SECONDS}.`,
    LOAD_OUTPUT: 'A file for the samples of the memory, as CSV. Default: none.',
    LOAD_USERS: `How many users work at once. Default: ${DEFAULT_USERS}.`,
  },
};

/** @throws {UserError} when the value is not a whole number above 0 */
function readPositive(name: string, byDefault: number): number {
  const value = Number(process.env[name] ?? byDefault);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UserError(`${name} must be a whole number above 0, not ${JSON.stringify(process.env[name])}.`);
}

/** `npm run load`: many users work at once on a new local deployment. */
async function main(lifetime: Lifetime): Promise<void> {
  readCommandLine(commandLine, process.argv.slice(2));
  const SECONDS = readPositive('LOAD_SECONDS', DEFAULT_SECONDS);
  const USERS = readPositive('LOAD_USERS', DEFAULT_USERS);
  const OUTPUT = process.env.LOAD_OUTPUT;
  const measurements = createMeasurements();
  const memory: MemorySample[] = [];
  const keep = (sample: MemorySample) => {
    memory.push(sample);
    // A sample of the heaps takes a while, so it arrives after later ones.
    memory.sort((a, b) => a.second - b.second);
    // A long run that is cut off leaves its samples.
    if (OUTPUT && sample.heaps) writeFileSync(OUTPUT, memoryCsv(memory));
  };

  const child = fork(join(import.meta.dirname, 'system-process.ts'), { stdio: 'inherit' });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let isStopping = false;
  void exited.then((code) => {
    if (!isStopping || code !== 0) measurements.violation(`The system ended with exit code ${code}`);
  });
  const ready = Promise.withResolvers<Extract<SystemMessage, { type: 'ready' }>>();
  child.on('message', (message: SystemMessage) => {
    if (message.type === 'ready') ready.resolve(message);
    else if (message.type === 'memory') keep(message.sample);
    else measurements.violation(`The system reported a failure: ${message.line.slice(0, 500)}`);
  });

  const stopSystem = async () => {
    isStopping = true;
    if (child.connected) child.send('stop');
    await exited;
  };
  lifetime.onStop(stopSystem);
  print(
    `Starting the system. ${USERS} users will work on it for ${SECONDS} s; the whole run takes about ${formatSeconds(SECONDS + OVERHEAD_SECONDS)}.`,
  );
  const { apiUrl, issuerUrl, controlUrl } = await Promise.race([
    ready.promise,
    exited.then((): never => {
      throw new UserError('The system did not start.');
    }),
  ]);
  const control = connectControl(controlUrl);

  async function signIn({ email, password }: Account): Promise<string> {
    let token = '';
    await measurements.measure('sign in', async () => {
      const response = await fetch(`${issuerUrl}oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...{ grant_type: 'password', username: email, password, audience: AUDIENCE },
          ...{ scope: 'openid profile email offline_access' },
          ...{
            client_id: demoConfidentialClient.clientId,
            client_secret: demoConfidentialClient.clientSecret,
          },
        }),
      });
      token = ((await response.json()) as { access_token: string }).access_token;
      return response;
    });
    return token;
  }

  const deadline = performance.now() + SECONDS * 1_000;
  const progress = showProgress(
    (seconds) =>
      `${seconds} of ${SECONDS} s, ${measurements.total()} requests, ${measurements.violations.length} violations`,
  );
  lifetime.onStop(() => progress.stop());
  const isOver = () => performance.now() >= deadline;

  /** Repeats a step until the time is over. A request without a response is a violation, and the steps go on. */
  async function repeat(step: (n: number) => Promise<unknown>): Promise<void> {
    for (let n = 0; !isOver() && child.exitCode === null; n++) {
      try {
        await step(n);
      } catch (error) {
        measurements.violation(`A request got no response: ${error}`);
        await delay(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  /** One user works until the time is over. */
  async function work(n: number): Promise<ReturnType<typeof createLoadUser>> {
    const account = await control.addUser({ email: `user-${n}@example.com`, password: `password-${n}` });
    const user = createLoadUser({ apiUrl, signIn, account, measurements, random: Math.random });
    await repeat(async (steps) => {
      if (steps % SIGN_IN_EVERY_STEPS === 0) await user.signIn();
      await user.step();
    });
    return user;
  }

  /** Rotates the keys while requests run. Old tokens must stay valid, and new ones must be valid at once. */
  const rotate = () =>
    repeat(async () => {
      await delay(Math.min(ROTATE_EVERY_MS, Math.max(0, deadline - performance.now())));
      if (!isOver())
        await measurements.measure('rotation', async () => ({
          status: (await control.rotateKeys()) ? 200 : 500,
        }));
    });

  const badTokens: readonly (() => Promise<string>)[] = [
    () => control.mintToken({ expiresInSeconds: -60, claims: { jti: String(Math.random()) } }),
    () => control.mintToken({ claims: { aud: 'https://other.example.com', jti: String(Math.random()) } }),
    async () => `${(await control.mintToken({})).slice(0, -20)}${'A'.repeat(20)}`,
    () => control.mintToken({ header: { kid: `made-up-${Math.random()}` } }),
    async () => 'no-token',
  ];

  /** An attacker sends bad tokens until the time is over. */
  const attack = () =>
    repeat(async (n) => {
      const token = await (badTokens[n % badTokens.length] as () => Promise<string>)();
      await measurements.measure('denied', async () => {
        const response = await fetch(`${apiUrl}/todo`, { headers: { Authorization: `Bearer ${token}` } });
        await response.arrayBuffer();
        if (response.status !== 401) measurements.violation(`A bad token got the status ${response.status}`);
        return response;
      });
    });

  const startedAt = performance.now();
  const attackers = Array.from({ length: DENIED_AT_ONCE }, attack);
  const [users] = await Promise.all([
    Promise.all(Array.from({ length: USERS }, (_, n) => work(n))),
    rotate(),
    ...attackers,
  ]);
  progress.stop();
  const seconds = (performance.now() - startedAt) / 1_000;
  const underLoad = measurements.total();

  let acknowledged = 0;
  let keySetRequests = 0;
  try {
    for (const user of users) acknowledged += await user.verify();
    keySetRequests = await control.requestCount('jwks');
  } catch (error) {
    measurements.violation(`The writes could not be compared: ${error}`);
  }

  await stopSystem();
  if (OUTPUT) writeFileSync(OUTPUT, memoryCsv(memory));
  print(`
${measurements.table(seconds)}

${(underLoad / seconds).toFixed(0)} requests a second over ${seconds.toFixed(1)} s, by ${USERS} users and ${DENIED_AT_ONCE} attackers
${acknowledged} writes were acknowledged; they were compared with the todos at the end
Keys rotated every ${ROTATE_EVERY_MS / 1_000} s: the JWKS was requested ${keySetRequests} times

${toText(memoryTable(memory))}
${measurements.violations.length === 0 ? 'No violation.' : `${measurements.violations.length} violations:`}`);
  for (const violation of new Set(measurements.violations.slice(0, 20))) print(`  ${violation}`);
  await lifetime.stop(measurements.violations.length === 0 ? 0 : 1);
}

await runCommand(main, STOP_TIMEOUT_MS);
