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
 * Prepares the store for the engine. The engine opens it at the first request, and crashes on an error. To open it here
 * first gives a clear error. After a kill, the indexes are rebuilt: the engine writes the indexes before the item, so an
 * index can have entries of an unfinished write.
 * @throws {UserError} when another process has the store open, or when the store cannot be read or written
 */
export async function openStore(path: string): Promise<void> {
  const store = createStore(path);
  try {
    mkdirSync(path, { recursive: true });
    await store.open();
    if (existsSync(marker(path))) await rebuildIndexes(store);
    writeFileSync(marker(path), '');
  } catch (error) {
    throw explainStoreError(error, path);
  } finally {
    await store.close();
  }
}

/**
 * Explains an error of the store in `path`. Any other error is given back as it is.
 * Source: the codes of https://github.com/Level/abstract-level#errors; an error of a read has only LevelDB's message.
 */
export function explainStoreError(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  const explain = (problem: string, remedy: string) =>
    new UserError(`The data in ${path} ${problem}: ${remedy}, or choose another data folder.`, {
      cause: error,
    });
  if (code === 'LEVEL_LOCKED') return explain('are in use by another process', 'stop it');
  if (code === 'LEVEL_CORRUPTION' || message.startsWith('Corruption:')) {
    return explain('are corrupt', 'delete this folder to start without data');
  }
  if (code === 'LEVEL_IO_ERROR' || message.startsWith('IO error:')) {
    return explain(`cannot be read or written (${message})`, 'correct that');
  }
  return error;
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
