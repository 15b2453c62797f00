import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let url: URL | undefined;

/**
 * The module that a worker runs, as JavaScript in a data URL. Node.js runs the TypeScript file too, but then it loads
 * its compiler into each worker, which takes 11 MB of memory and 25 ms of processor time.
 */
export function workerUrl(): URL {
  url ??= toDataUrl(fileURLToPath(new URL('worker.ts', import.meta.url)));
  return url;
}

function toDataUrl(file: string): URL {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    // The name of the module in a stack trace. By default it is the whole data URL.
    footer: { js: `//# sourceURL=${file.replace(/\.ts$/, '.js')}` },
  });
  return new URL(`data:text/javascript,${encodeURIComponent(outputFiles.map(({ text }) => text).join(''))}`);
}
