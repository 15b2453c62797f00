import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoredItem } from './checksum.ts';

/** How far a copy has come. */
export interface Checkpoint {
  readonly source: string;
  readonly target: string;
  /** The SHA-256 digest of the transformation. */
  readonly transformation: string;
  /** The number of items that were read. */
  readonly read: number;
  /** The key of the last item that is copied. */
  readonly lastKey?: StoredItem | undefined;
  /** Whether all items are copied. */
  readonly isComplete: boolean;
}

export interface CheckpointFile {
  read(): Checkpoint | undefined;
  write(checkpoint: Checkpoint): void;
}

/** A checkpoint in a file. Each write replaces the file in one step, so that a kill leaves the old or the new one. */
export function openCheckpoint(path: string): CheckpointFile {
  return {
    read: () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined),
    write(checkpoint) {
      mkdirSync(dirname(path), { recursive: true });
      const next = `${path}.next`;
      writeFileSync(next, JSON.stringify(checkpoint));
      renameSync(next, path);
    },
  };
}
