import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { closeIterators } from './close-iterators.ts';

/**
 * Makes the HTTP server of the embedded engine. It does not listen yet.
 * @param path the folder of the LevelDB store; undefined keeps the data in memory
 */
export function createEngineServer(path: string | undefined): Server {
  closeIterators();
  return dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
}
