import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { projectDir } from './local-process.ts';

/** The imports between source files. Each file has the files that it imports, as paths from the project's root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const specifier = /(?:^|[\s;}])(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

/** Reads the relative imports and re-exports of all source files in some folders, with the imports of types. */
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

/** Comments may contain imports as examples, so they are removed. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** Finds the import cycles of a graph. Each is a list of files that begins and ends with the same file. */
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
