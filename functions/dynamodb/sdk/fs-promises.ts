import { readFile as readFileWithCallback } from 'node:fs';
import { promisify } from 'node:util';

/**
 * Stands for `node:fs/promises` in the bundles (see infra/build/bundle.ts): the SDK looks for its configuration files
 * with this one function, and the module loads far more of Node.js than that.
 */
export const readFile = promisify(readFileWithCallback);
