declare module 'dynalite' {
  import type { Server } from 'node:http';

  export interface DynaliteOptions {
    /** The folder of the LevelDB store; in memory when left out. */
    path?: string;
    createTableMs?: number;
  }

  export default function dynalite(options: DynaliteOptions): Server;
}
