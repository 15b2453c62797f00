import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyHistory } from '../support/model/steps.ts';
import { createWorld, type Player } from '../support/model/world.ts';
import { control, issuer, laterClaims, newIdentity, newUser, target, withToken } from '../support/target.ts';

/** After this many seconds, no further history starts. The first history always runs. */
const seconds = Number(process.env.MODEL_SECONDS ?? 3);
/** MODEL_SEED repeats the histories of an earlier run. */
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);
const USERS = issuer ? 3 : 2;

async function newPlayer(): Promise<Player> {
  if (!issuer) return { client: await newUser(), signInAgain: undefined, signInNow: undefined };
  const { subject, token } = await newIdentity();
  const signInAgain = async () => withToken(await control.mintToken({ subject, claims: laterClaims() }));
  const signInNow = async () =>
    withToken(await control.mintToken({ subject, claims: { jti: randomUUID() } }));
  return { client: withToken(token), signInAgain, signInNow };
}

describe('random and simultaneous actions of several users', () => {
  it(`show each user exactly their own changes: a model agrees with every response (MODEL_SEED=${seed})`, {
    tags: 'random',
  }, async () => {
    const end = performance.now() + seconds * 1_000;
    let isFirst = true;
    let histories = 0;
    let steps = 0;
    let requests = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        if (!isFirst && performance.now() >= end) throw new fc.PreconditionFailure(true);
        isFirst = false;
        const players = await Promise.all(Array.from({ length: USERS }, newPlayer));
        const world = await createWorld(players, target.toldUrl, `${randomUUID()} `);
        try {
          for (const step of history) {
            await world.perform(step);
            steps += 1;
          }
          await world.compareAll();
          histories += 1;
        } finally {
          requests += world.requestCount();
        }
      }),
      {
        seed,
        numRuns: Number.MAX_SAFE_INTEGER,
        markInterruptAsFailure: false,
      },
    );
    process.stdout.write(
      `Model: ${histories} histories, ${steps} steps, ${requests} requests, seed ${seed}: no difference\n`,
    );
  });
});
