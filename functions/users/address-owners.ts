import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { conditionHeld, putIfAbsent, readItem } from '../dynamodb/conditional-writes.ts';
import { emailKey, readEmailOwner } from './item.ts';

export type AddressOwners = ReturnType<typeof createAddressOwners>;

/**
 * The owners of email addresses. An address leads a new identity to its owner, so it has one owner at most. That is all
 * this item says: whether the owner still has the address, the profile says (`hasAddress` in address.ts).
 */
export function createAddressOwners({ client, tableName }: StoreDependencies) {
  return {
    /** The id of the owner; undefined when nobody owns the address. */
    async find(email: string): Promise<string | undefined> {
      const item = await readItem(client, tableName, emailKey(email));
      return item && readEmailOwner(item).userId;
    },

    /**
     * Makes a user the owner of an address, if nobody owns it or its owner lost the right to it.
     * @param formerOwner the owner that lost the right
     * @returns the id of the owner afterwards; undefined when the address was released before it could be read
     */
    async claim(email: string, userId: string, formerOwner?: string): Promise<string | undefined> {
      const owner = await putIfAbsent(
        client,
        tableName,
        { ...emailKey(email), userId },
        formerOwner === undefined
          ? undefined
          : {
              ConditionExpression: '#userId = :former',
              ExpressionAttributeNames: { '#userId': 'userId' },
              ExpressionAttributeValues: { ':former': formerOwner },
            },
      );
      return owner && readEmailOwner(owner).userId;
    },

    /** Takes the address from a user, if the user owns it. */
    async release(email: string, userId: string): Promise<void> {
      await conditionHeld(
        client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: emailKey(email),
            ConditionExpression: 'userId = :id',
            ExpressionAttributeValues: { ':id': userId },
          }),
        ),
      );
    },
  };
}
