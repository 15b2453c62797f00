import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCircles, readImports } from '../support/imports.ts';
import { projectDir } from '../support/local-process.ts';

const graph = readImports(['functions', 'infra']);

/** The imports that break a rule, as sentences. */
function forbidden(isForbidden: (file: string, imported: string) => boolean): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports
      .filter((imported) => isForbidden(file, imported))
      .map((imported) => `${file} must not import ${imported}`),
  );
}

const isIn = (file: string, ...folders: string[]) => folders.some((folder) => file.startsWith(`${folder}/`));

const generic = ['functions/http', 'functions/dynamodb', 'functions/observability'];
/** Everything else in functions/ is about a resource or about one function. */
const isGeneric = (file: string) =>
  isIn(file, ...generic) || /^functions\/(config|errors|json|priming|product)\.ts$/.test(file);

const exportsHandler = (file: string) =>
  /^export (async )?(const|function) handler\b|^export \{[^}]*\bhandler\b/m.test(
    readFileSync(join(projectDir, file), 'utf8'),
  );

describe('the imports', () => {
  it('are found', () => {
    expect(graph.get('functions/sweep/handler.ts')).toContain('functions/observability/logger.ts');
    expect(graph.get('infra/app.ts')).toContain('infra/stack.ts');
  });

  it('of functions stay within functions', () => {
    expect(forbidden((file, imported) => isIn(file, 'functions') && !isIn(imported, 'functions'))).toEqual(
      [],
    );
  });

  it('of generic code are generic: nothing of a resource, the table or the route table', () => {
    expect(forbidden((file, imported) => isGeneric(file) && !isGeneric(imported))).toEqual([]);
  });

  it('of infra are from infra and functions, never from test', () => {
    expect(forbidden((file, imported) => isIn(file, 'infra') && isIn(imported, 'test'))).toEqual([]);
  });

  it('of infra are never a handler', () => {
    const isHandler = (file: string) => isIn(file, 'functions') && exportsHandler(file);
    expect(isHandler('functions/sweep/handler.ts')).toBe(true);
    expect(forbidden((file, imported) => isIn(file, 'infra') && isHandler(imported))).toEqual([]);
  });

  it('of the local deployment stay within its folder', () => {
    expect(
      forbidden((file, imported) => isIn(file, 'infra/local') && !isIn(imported, 'infra/local')),
    ).toEqual([]);
  });

  it('make no circle', () => {
    expect(findCircles(graph).map((circle) => circle.join(' → '))).toEqual([]);
  });
});

it('JSON of others is parsed in one place, whose errors do not quote it', () => {
  const parsers = [...graph.keys()].filter(
    (file) => isIn(file, 'functions') && readFileSync(join(projectDir, file), 'utf8').includes('JSON.parse('),
  );
  const ofOwnFiles = [
    'functions/docs/asset.ts',
    'functions/docs/page.ts',
    'functions/observability/source-maps.ts',
  ];
  expect(parsers.sort()).toEqual(['functions/json.ts', ...ofOwnFiles].sort());
});

it('a batch is sent in one place, which sends again what DynamoDB leaves unprocessed', () => {
  const senders = [...graph.keys()].filter(
    (file) => isIn(file, 'functions') && /Batch\w*Command/.test(readFileSync(join(projectDir, file), 'utf8')),
  );
  expect(senders).toEqual(['functions/dynamodb/batches.ts']);
});

describe('a circle', () => {
  it('is found with the files that are on it, and no other', () => {
    const imports = new Map([
      ['entry.ts', ['a.ts']],
      ['a.ts', ['b.ts', 'leaf.ts']],
      ['b.ts', ['leaf.ts', 'a.ts']],
      ['leaf.ts', []],
    ]);
    expect(findCircles(imports)).toEqual([['a.ts', 'b.ts', 'a.ts']]);
  });
});
