declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** The folder of the LevelDB store; in memory when left out. */
    path?: string;
    createTableMs?: number;
  }

  export default function dynalite(options: DynaliteOptions): Server;
}

declare module 'dynalite/db/index.js' {
  export type TableItem = Readonly<Record<string, unknown>>;

  export interface Table {
    readonly TableName: string;
    readonly LocalSecondaryIndexes?: readonly unknown[];
  }

  /** What a change of an item, from one state to another, does to the indexes. */
  export function getIndexActions(
    indexes: readonly unknown[],
    existingItem: TableItem | undefined,
    item: TableItem,
    table: Table,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: TableItem }[] };
}
