import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

export interface StubClient {
  readonly client: DynamoDBDocumentClient;
  /** The commands that were sent, in order. */
  readonly commands: readonly { readonly name: string; readonly input: object }[];
}

/** A document client without an engine. It gives one of these responses for each command. An error is thrown. */
export function createStubClient(...responses: readonly object[]): StubClient {
  const commands: { name: string; input: object }[] = [];
  const send = async (command: { readonly input: object }) => {
    const response = responses[commands.length];
    commands.push({ name: command.constructor.name.replace('Command', ''), input: command.input });
    if (response === undefined) throw new Error('The stub has no response left');
    if (response instanceof Error) throw response;
    return response;
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, commands };
}

/**
 * The error for a condition that does not hold.
 * @param attempts how often the SDK sent the command
 * @param item the item, which DynamoDB sends with the error. The document client does not unmarshal it
 */
export function conditionFailed(attempts?: number, item?: object): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { ...(attempts !== undefined && { attempts }) },
    ...(item && { Item: marshall(item) }),
  });
}
