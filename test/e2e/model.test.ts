import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyHistory } from '../support/model/steps.ts';
import { createWorld, type Player } from '../support/model/world.ts';
import { control, issuer, newIdentity, newUser, target, withToken } from '../support/target.ts';

/** After so many seconds no further history starts. The first one always runs. */
const seconds = Number(process.env.MODEL_SECONDS ?? 3);
/** The same histories again with MODEL_SEED. */
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);
const USERS = issuer ? 3 : 2;

async function newPlayer(): Promise<Player> {
  if (!issuer) return { client: await newUser(), signInAgain: undefined };
  const { subject, token } = await newIdentity();
  const signInAgain = async () =>
    withToken(await control.mintToken({ subject, claims: { jti: randomUUID() } }));
  return { client: withToken(token), signInAgain };
}

describe('whatever several users do, in any order and at the same time,', () => {
  it(`each sees exactly what it did, and nothing of another: a model agrees with every response (MODEL_SEED=${seed})`, {
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
