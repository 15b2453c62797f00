/** A part of `functions/`, and the tests that are to notice each change of it. */
export interface Part {
  /** Globs of the files that are mutated. */
  readonly mutate: readonly string[];
  /** Globs of the test files. */
  readonly tests: readonly string[];
}

const code = (glob: string) => `functions/${glob}`;
const unit = (folder: string) => `test/unit/functions/${folder}/*.test.ts`;
const integration = (name: string) => `test/integration/${name}.test.ts`;

/**
 * The parts by name. Each folder is tested by its own fast tests. Left out are:
 *
 * - `handler.ts`, which only wires a function to its environment. The end-to-end tests run it.
 * - `routes.ts`, `product.ts` and `description.ts`, which are data and the texts of the API description.
 * - `source-maps.ts` and `dynamodb/sdk/`, which run only as parts of a bundle. The tests of the bundles run them.
 */
export const parts: Readonly<Record<string, Part>> = {
  authorizer: {
    mutate: [code('authorizer/*.ts'), `!${code('authorizer/handler.ts')}`],
    // The random tokens of any-token.test.ts take long, and the other tests state the same rules.
    tests: ['test/unit/functions/authorizer/!(any-token).test.ts'],
  },
  docs: { mutate: [code('docs/*.ts')], tests: [unit('docs')] },
  dynamodb: {
    mutate: [code('dynamodb/*.ts'), code('table.ts')],
    tests: [unit('dynamodb'), 'test/unit/functions/table.test.ts'],
  },
  export: {
    mutate: [code('export/*.ts'), `!${code('export/description.ts')}`],
    tests: [unit('export'), integration('route-functions')],
  },
  http: { mutate: [code('http/*.ts')], tests: [unit('http')] },
  observability: {
    mutate: [code('observability/*.ts'), `!${code('observability/source-maps.ts')}`],
    tests: [unit('observability')],
  },
  schemas: { mutate: [code('todos/schemas.ts')], tests: ['test/unit/functions/todos/schemas.test.ts'] },
  todos: {
    mutate: [code('todos/*.ts'), `!${code('todos/{description,schemas}.ts')}`],
    tests: [unit('todos'), integration('todo-store'), integration('route-functions')],
  },
  users: {
    mutate: [code('users/*.ts'), `!${code('users/description.ts')}`, code('sweep/sweep.ts')],
    tests: [
      ...[unit('users'), unit('sweep')],
      ...[integration('user-store'), integration('user-deletion'), integration('route-functions')],
    ],
  },
  wiring: {
    mutate: [code('config.ts'), code('errors.ts'), code('resource-route.ts')],
    tests: ['test/unit/functions/*.test.ts'],
  },
};
