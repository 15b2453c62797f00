import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreDependencies } from '../dynamodb/client.ts';
import { readItem } from '../dynamodb/conditional-writes.ts';
import { type Item, itemReader, string } from '../dynamodb/item.ts';
import { userPartition } from '../dynamodb/keys.ts';
import { queryPage } from '../dynamodb/pages.ts';
import { ulidTime } from '../dynamodb/ulid.ts';
import { deleteExpected } from '../dynamodb/versions.ts';
import { NotFoundError } from '../errors.ts';
import { itemKinds, userItemKey } from '../table.ts';
import type { NoteRepresentation } from './schemas.ts';

/** A note of a user. */
export interface Note {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The user has no note of this id. */
export class NoteNotFound extends NotFoundError {
  override readonly name = 'NoteNotFound';

  constructor() {
    super('There is no such note.');
  }
}

const readNote = itemReader('note', { sk: string, text: string });

/** Reads the item of a note. */
export function toNote(item: Item): Note {
  const { sk, text } = readNote(item);
  const id = sk.slice(itemKinds.note.length);
  return { id, text, createdAt: ulidTime(id) };
}

/** A note as clients see it. */
export function toRepresentation({ id, text, createdAt }: Note): NoteRepresentation {
  return { id, text, created_at: new Date(createdAt).toISOString() };
}

/** All DynamoDB calls about notes. Each stays in the partition of one user. */
export function createNoteStore({ client, tableName, now, newId }: StoreDependencies) {
  return {
    async create(userId: string, text: string): Promise<Note> {
      const id = newId(now());
      const Item = { ...userItemKey(userId, 'note', id), text };
      await client.send(new PutCommand({ TableName: tableName, Item }));
      return { id, text, createdAt: ulidTime(id) };
    },

    /** @throws {NoteNotFound} */
    async get(userId: string, id: string): Promise<Note> {
      const item = await readItem(client, tableName, userItemKey(userId, 'note', id));
      if (!item) throw new NoteNotFound();
      return toNote(item);
    },

    /**
     * One page of the user's notes, in the order of creation.
     * @param after the id of the last note of the page before
     */
    async list(userId: string, limit: number, after: string | undefined) {
      const query = {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': userPartition(userId), ':prefix': itemKinds.note },
        ...(after !== undefined && { ExclusiveStartKey: userItemKey(userId, 'note', after) }),
      };
      const { items, hasNext } = await queryPage(client, query, limit);
      const notes = items.map(toNote);
      return { notes, next: hasNext ? notes.at(-1)?.id : undefined };
    },

    /** @throws {NoteNotFound} */
    async delete(userId: string, id: string): Promise<void> {
      const key = userItemKey(userId, 'note', id);
      await deleteExpected({ client, tableName, key, NotFound: NoteNotFound });
    },
  };
}
