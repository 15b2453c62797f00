import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './local-process.ts';

/**
 * Installs what tests need beside the packages of `npm ci`. The folder in node_modules is reused until a manifest
 * changes.
 * @param name the parent of the folder
 * @param manifests the files that say what is installed
 * @param install fills the folder that it gets. The folder moves afterwards, so it must not contain its own path
 * @returns the path of the folder
 */
export function installOnce(
  name: string,
  manifests: readonly string[],
  install: (folder: string) => void,
): string {
  const digest = createHash('sha256');
  for (const manifest of manifests) digest.update(readFileSync(manifest));
  const folder = join(projectDir, 'node_modules/.cache', name, digest.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  // The folder has another name until it is complete, so that an interrupted installation is not reused. Two processes
  // can install at the same time: each has a name of its own, and the second folder is dropped.
  const unfinished = `${folder}.unfinished-${process.pid}`;
  try {
    install(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}
