import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { projectDir } from './local-process.ts';

/** The imports between the source files of some folders: file → files, as paths from the project's root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const specifier = /(?:^|[\s;}])(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/** Reads the relative imports and re-exports of all TypeScript and JavaScript files, type imports included. */
export function readImports(folders: readonly string[]): ImportGraph {
  const files = folders
    .flatMap((folder) => globSync(`${folder}/**/*.{ts,mjs}`, { cwd: projectDir }))
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.includes('/node_modules/'));
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const code = withoutComments(readFileSync(join(projectDir, file), 'utf8'));
  const imported = [...code.matchAll(specifier)].map(([, path = '']) => normalize(join(dirname(file), path)));
  return [...new Set(imported)];
}

/** Comments show imports as examples. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** The import circles of a graph, each as the files on it, with the first one repeated at the end. */
export function findCircles(graph: ImportGraph): string[][] {
  const circles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file]);
    if (start >= 0 || finished.has(file)) return;
    for (const imported of graph.get(file) ?? []) visit(imported, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return circles;
}
