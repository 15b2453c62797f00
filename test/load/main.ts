import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { demoConfidentialClient } from '../../infra/start/demo.ts';
import { connectControl } from '../support/control.ts';
import { AUDIENCE } from '../support/system.ts';
import { createMeasurements } from './measurements.ts';
import type { SystemMessage } from './system-process.ts';
import { type Account, createLoadUser } from './user.ts';

/** `npm run load`: many users at once on the local deployment, which it starts. Ends with 1 if anything was not as it must be. */
const SECONDS = positive('LOAD_SECONDS', 30);
const USERS = positive('LOAD_USERS', 48);
const ROTATE_EVERY_MS = 5_000;
const SIGN_IN_EVERY_STEPS = 100;
const DENIED_AT_ONCE = 2;
const MB_OF_FIRST_THIRD = 3;

function positive(name: string, byDefault: number): number {
  const value = Number(process.env[name] ?? byDefault);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} must be a whole number above 0`);
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const measurements = createMeasurements();
const memory: Extract<SystemMessage, { type: 'memory' }>[] = [];

const child = fork(join(import.meta.dirname, 'system-process.ts'), { stdio: 'inherit' });
const exited = once(child, 'exit').then(([code]) => code as number | null);
let isStopping = false;
void exited.then((code) => {
  if (!isStopping || code !== 0) measurements.violation(`The system ended with exit code ${code}`);
});
const ready = Promise.withResolvers<Extract<SystemMessage, { type: 'ready' }>>();
child.on('message', (message: SystemMessage) => {
  if (message.type === 'ready') ready.resolve(message);
  else if (message.type === 'memory') memory.push(message);
  else measurements.violation(`A function failed: ${message.line.slice(0, 500)}`);
});

print(`Starting the system. ${USERS} users will work on it for ${SECONDS} seconds.`);
const { apiUrl, issuerUrl, controlUrl } = await Promise.race([
  ready.promise,
  exited.then((): never => {
    throw new Error('The system did not start.');
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
        ...{ client_id: demoConfidentialClient.clientId, client_secret: demoConfidentialClient.clientSecret },
      }),
    });
    token = ((await response.json()) as { access_token: string }).access_token;
    return response;
  });
  return token;
}

const deadline = performance.now() + SECONDS * 1_000;
const isOver = () => performance.now() >= deadline;

/** What one user does until the time is over; what gets no answer is a violation, and it goes on. */
async function work(n: number): Promise<ReturnType<typeof createLoadUser>> {
  const account = await control.addUser({ email: `user-${n}@example.com`, password: `password-${n}` });
  const user = createLoadUser({ apiUrl, signIn, account, measurements, random: Math.random });
  for (let steps = 0; !isOver(); steps++) {
    try {
      if (steps % SIGN_IN_EVERY_STEPS === 0) await user.signIn();
      await user.step();
    } catch (error) {
      measurements.violation(`A request got no answer: ${error}`);
      if (child.exitCode !== null) break;
      await delay(100);
    }
  }
  return user;
}

/** Keys change while requests run: old tokens must go on to work, and new ones at once. */
async function rotate(): Promise<void> {
  while (!isOver()) {
    await delay(Math.min(ROTATE_EVERY_MS, Math.max(0, deadline - performance.now())));
    if (!isOver())
      await measurements.measure('rotation', async () => ({
        status: (await control.rotateKeys()) ? 200 : 500,
      }));
  }
}

const badTokens: readonly (() => Promise<string>)[] = [
  () => control.mintToken({ expiresInSeconds: -60, claims: { jti: String(Math.random()) } }),
  () => control.mintToken({ claims: { aud: 'https://other.example.com', jti: String(Math.random()) } }),
  async () => `${(await control.mintToken({})).slice(0, -20)}${'A'.repeat(20)}`,
  () => control.mintToken({ header: { kid: `made-up-${Math.random()}` } }),
  async () => 'no-token',
];

/** Somebody who tries to get in all the while. */
async function attack(): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    const token = await (badTokens[n % badTokens.length] as () => Promise<string>)();
    await measurements.measure('denied', async () => {
      const response = await fetch(`${apiUrl}/todo`, { headers: { Authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (response.status !== 401) measurements.violation(`A bad token was answered with ${response.status}`);
      return response;
    });
  }
}

const startedAt = performance.now();
const attackers = Array.from({ length: DENIED_AT_ONCE }, attack);
const [users] = await Promise.all([
  Promise.all(Array.from({ length: USERS }, (_, n) => work(n))),
  rotate(),
  ...attackers,
]);
const seconds = (performance.now() - startedAt) / 1_000;
const underLoad = measurements.total();

let acknowledged = 0;
for (const user of users) acknowledged += await user.verify();
const keySetRequests = await control.requestCount('jwks');

isStopping = true;
child.send('stop');
await exited;

const residentOf = (samples: typeof memory) => Math.max(0, ...samples.map(({ residentMb }) => residentMb));
const third = Math.ceil(memory.length / MB_OF_FIRST_THIRD);
const thirds = [0, 1, 2].map((n) => residentOf(memory.slice(n * third, (n + 1) * third)));
print(`
${measurements.table(seconds)}

${(underLoad / seconds).toFixed(0)} requests a second over ${seconds.toFixed(1)} s, by ${USERS} users and ${DENIED_AT_ONCE} attackers
${acknowledged} writes were acknowledged; all were compared with what the API has at the end
Keys rotated every ${ROTATE_EVERY_MS / 1_000} s: the key set was asked for ${keySetRequests} times
Resident memory of the whole system, at most, by thirds of the time: ${thirds.join(', ')} MB
${measurements.violations.length === 0 ? 'No violation.' : `${measurements.violations.length} violations:`}`);
for (const violation of new Set(measurements.violations.slice(0, 20))) print(`  ${violation}`);
process.exitCode = measurements.violations.length === 0 ? 0 : 1;
