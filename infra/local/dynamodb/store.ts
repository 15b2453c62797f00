import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { getIndexActions, type Table, type TableItem } from 'dynalite/db/index.js';
import { UserError } from '../user-error.ts';

type Store = ClassicLevel<string, unknown>;

/** Gives the LevelDB store in a folder, as the engine encodes it. It opens by itself at the first use. */
export function createStore(path: string): Store {
  return new ClassicLevel(path, { valueEncoding: 'json' });
}

/** How the engine names what it keeps; the name of the table (and of the index) follows, then `~` and the key. */
const TABLES = 'table~';
const ITEMS = 'item-';
const LOCAL_INDEXES = 'index-local~';

const within = (prefix: string) => ({ gte: prefix, lt: `${prefix}\uffff` });

const BATCH = 1_000;

/** Beside the store: it is there while an engine has the store open, and so it tells that one was killed. */
const marker = (path: string) => join(path, 'in-use');

/**
 * Makes the store ready for the engine. The engine opens it lazily and could only crash on a lock; opening it here
 * first tells who has it. After a kill the indexes are made anew: the engine writes them before the item, so that
 * some entries may be of a write that never came to its end.
 * @throws {UserError} when another process has the store open
 */
export async function openStore(path: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  const store = createStore(path);
  try {
    await store.open();
    if (existsSync(marker(path))) await rebuildIndexes(store);
    writeFileSync(marker(path), '');
  } catch (error) {
    const code = error instanceof Error && (error.cause as { code?: unknown } | undefined)?.code;
    if (code !== 'LEVEL_LOCKED') throw error;
    throw new UserError(
      `The data in ${path} are in use by another process: stop it, or set DATA_DIR to another folder.`,
    );
  } finally {
    await store.close();
  }
}

/** Tells the next start that nothing was cut off. */
export function markClosed(path: string): void {
  rmSync(marker(path), { force: true });
}

/** An item is written in one step, so what the items say is the truth. */
async function rebuildIndexes(store: Store): Promise<void> {
  await store.clear(within(LOCAL_INDEXES));
  for await (const table of store.values(within(TABLES))) await rebuildIndexesOf(store, table as Table);
}

async function rebuildIndexesOf(store: Store, table: Table): Promise<void> {
  let batch = store.batch();
  for await (const item of store.values(within(`${ITEMS}${table.TableName}~`))) {
    const { puts } = getIndexActions(table.LocalSecondaryIndexes ?? [], undefined, item as TableItem, table);
    for (const { index, key, item: entry } of puts) {
      batch.put(`${LOCAL_INDEXES}${table.TableName}~${index}~${key}`, entry);
    }
    if (batch.length < BATCH) continue;
    await batch.write();
    batch = store.batch();
  }
  await batch.write();
}
