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

/** The prefixes of the engine's keys. The name of the table or index follows, then `~` and the key. */
const TABLES = 'table~';
const ITEMS = 'item-';
const LOCAL_INDEXES = 'index-local~';

const within = (prefix: string) => ({ gte: prefix, lt: `${prefix}\uffff` });

const BATCH = 1_000;

/** This file exists while an engine has the store open. If it exists at a start, the last engine was killed. */
const marker = (path: string) => join(path, 'in-use');

/**
 * Prepares the store for the engine. The engine opens it at the first request, and crashes if another process has it
 * open. To open it here first gives a clear error. After a kill, the indexes are rebuilt: the engine writes the
 * indexes before the item, so an index can have entries of an unfinished write.
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

/** Removes the mark, after an orderly stop. */
export function markClosed(path: string): void {
  rmSync(marker(path), { force: true });
}

/** The engine writes an item in one step, so the items are right and the indexes follow from them. */
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
