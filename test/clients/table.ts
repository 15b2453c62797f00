import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { toText } from '../bench/report.ts';

/** Prints a table for each file at the end of the run: a row for each client, a column for each of its tests. */
export class ClientTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const suites = [...module.children.suites()];
      const tests = new Set(suites.flatMap((suite) => testsOf(suite).map(({ name }) => name)));
      const table = { title: '', columns: ['client', ...tests, 'seconds'], rows: suites.map(toRow) };
      process.stdout.write(toText(table));
    }
  }
}

const testsOf = (suite: TestSuite): TestCase[] => [...suite.children.allTests()];

function toRow(suite: TestSuite): string[] {
  const tests = testsOf(suite);
  const milliseconds = tests.reduce((sum, test) => sum + (test.diagnostic()?.duration ?? 0), 0);
  return [suite.name, ...tests.map(describeResult), (milliseconds / 1000).toFixed(1)];
}

/** The state of a test, with why it was skipped or what it noted. */
function describeResult(test: TestCase): string {
  const result = test.result();
  const notes = test.annotations().map(({ message }) => message);
  if (result.state === 'skipped' && result.note) notes.push(result.note);
  return [result.state, ...notes].join(': ');
}
