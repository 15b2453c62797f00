import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { around } from './engines.ts';

/** Simulates the end of a process: none of its later commands is sent. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Code that sends commands, and the command where it crashes, if any. `isSent` says whether that command is sent. */
export interface Actor<Result = unknown> {
  readonly act: (client: DynamoDBDocumentClient) => Promise<Result>;
  readonly crash?: { readonly atCommand: number; readonly isSent: boolean } | undefined;
}

/**
 * Runs actors concurrently, but sends one command at a time, in an order that can be repeated. Whenever all actors wait
 * to send a command, `choose` selects the one that is sent next.
 * @param choose takes the number of waiting commands, and gives the index of the next one
 * @returns the result or error of each actor
 */
export async function interleave(
  client: DynamoDBDocumentClient,
  actors: readonly Actor[],
  choose: (count: number) => number,
): Promise<PromiseSettledResult<unknown>[]> {
  const waiting: (() => Promise<void>)[] = [];

  const ends = actors.map(({ act, crash }) => {
    let commands = 0;
    let isCrashed = false;
    const gated = around(client, (_command, send) => {
      const command = ++commands;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.push(async () => {
        const isLast = crash?.atCommand === command;
        if (isCrashed || (isLast && !crash.isSent)) {
          isCrashed = true;
          reject(new Crash());
          return;
        }
        const sent = send();
        await sent.then(resolve, reject).catch(() => {});
        isCrashed ||= isLast;
      });
      return crash?.isSent && crash.atCommand === command
        ? promise.then(() => Promise.reject(new Crash()))
        : promise;
    });
    return act(gated);
  });

  let areActive = true;
  const settled = Promise.allSettled(ends).finally(() => {
    areActive = false;
  });
  // Between two commands an actor only runs promises. They are all settled before the next immediate.
  const quiet = () => new Promise((resolve) => setImmediate(resolve));
  await quiet();
  while (areActive) {
    const [next] = waiting.splice(waiting.length > 0 ? choose(waiting.length) : 0, 1);
    await next?.();
    await quiet();
  }
  return settled;
}
