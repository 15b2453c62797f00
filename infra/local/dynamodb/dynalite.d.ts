declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** The folder of the LevelDB store. Without it, the data stay in memory. */
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

  /** Gives the changes of the indexes that a change of an item causes. */
  export function getIndexActions(
    indexes: readonly unknown[],
    existingItem: TableItem | undefined,
    item: TableItem,
    table: Table,
  ): { readonly puts: readonly { readonly index: string; readonly key: string; readonly item: TableItem }[] };
}
