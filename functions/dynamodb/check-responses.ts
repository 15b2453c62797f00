import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvalidResponseError } from '../errors.ts';
import { describeSyntaxError } from '../json.ts';

/** The operations on items, batches included. Each can say which capacity it consumed. */
const onItems = /(?:Items?|Query|Scan)Command$/;

/**
 * Lets a client accept only what DynamoDB sends. The SDK takes `{}`, `null` or an empty body for the response to a
 * successful write, and for a missing item. So each operation asks for the consumed capacity, which costs nothing, and
 * a response without it is refused. The SDK repeats the attempt, as after a lost response.
 */
export function checkResponses({ middlewareStack }: DynamoDBClient): void {
  middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(
          onItems.test(commandName ?? '')
            ? { ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } }
            : args,
        ),
    { step: 'initialize', name: 'askForCapacity' },
  );
  middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args).catch((error: Error) => {
        throw isUnreadable(error) ? new InvalidResponseError(describe(error)) : error;
      });
      const { ReturnConsumedCapacity: isAsked } = args.input as { ReturnConsumedCapacity?: string };
      const { ConsumedCapacity: isGiven } = result.output as { ConsumedCapacity?: object };
      if (isAsked && !isGiven) throw new InvalidResponseError('it has no ConsumedCapacity');
      return result;
    },
    // Around the middleware that parses the response, and within the one that repeats attempts.
    { step: 'deserialize', priority: 'high', name: 'checkResponse' },
  );
}

/** Whether there was a response that is neither a result nor an error of DynamoDB. */
function isUnreadable(error: Error): boolean {
  if (error.name === 'TimeoutError' || 'code' in error) return false;
  return !('$fault' in error) || error.name === UNNAMED;
}

/** The name that the SDK gives to an error response without a type. */
const UNNAMED = 'Unknown';

/** The SDK adds the response to its errors, and a hint to their messages, so neither is kept. */
function describe(error: Error): string {
  if (error instanceof InvalidResponseError) return error.reason;
  if (error instanceof SyntaxError) return describeSyntaxError(error);
  return error.name === UNNAMED ? 'it is an error without a type' : 'it has another form';
}
