import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { around } from './engines.ts';

/** Stands for the end of a process: none of its later commands is sent. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Something that sends commands, and the command around which it crashes, if any. */
export interface Actor<Result = unknown> {
  readonly act: (client: DynamoDBDocumentClient) => Promise<Result>;
  readonly crash?: { readonly atCommand: number; readonly isSent: boolean } | undefined;
}

/**
 * Lets actors work at the same time, one command at a time, in an order that can be repeated: whenever all of them
 * wait to send a command, `choose` says which one may.
 * @param choose takes the number of waiting commands, and gives the index of one
 * @returns how each actor ended
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
  // Between two commands an actor does nothing but promises, which are all done before the next immediate.
  const quiet = () => new Promise((resolve) => setImmediate(resolve));
  await quiet();
  while (areActive) {
    const [next] = waiting.splice(waiting.length > 0 ? choose(waiting.length) : 0, 1);
    await next?.();
    await quiet();
  }
  return settled;
}
