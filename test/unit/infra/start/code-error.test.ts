import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeCodeError, projectDir, readCodeError } from '../../../../infra/start/code-error.ts';

const url = (file: string) => pathToFileURL(join(projectDir, file)).href;

describe('the report of an error that ended Node.js', () => {
  it('of a thrown error has the message and the position in the project, without frames of packages', () => {
    const report = `A remark of the app.
${url('node_modules/aws-cdk-lib/core/lib/stack.js')}:1
"use strict";var a=1;throw new b;
                     ^

ValidationError: First line

Third line
    at Stack.check (${join(projectDir, 'node_modules/aws-cdk-lib/core/lib/stack.js')}:1:22)
    at new TodoStack (${url('infra/stack.ts')}:23:11)
    at ${url('infra/app.ts')}:16:3
    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)

Node.js v24.21.0
`;
    expect(readCodeError(report)).toEqual({
      message: 'ValidationError: First line\n\nThird line',
      place: { file: 'infra/stack.ts', line: 23, column: 11 },
    });
  });

  it('of a syntax error has the position that Node.js prints above the carets', () => {
    const report = `node:internal/modules/run_main:107
    triggerUncaughtException(
    ^

${url('infra/stack.ts')}:89
}
const x = ;
          ^

SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Expression expected
    at parseTypeScript (node:internal/modules/typescript:72:36) {
  code: 'ERR_INVALID_TYPESCRIPT_SYNTAX'
}
`;
    expect(readCodeError(report)).toEqual({
      message: 'SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Expression expected',
      place: { file: 'infra/stack.ts', line: 89, column: 11 },
    });
  });

  it('of a failed bundle has the text of esbuild', () => {
    const report = `Error: Build failed with 1 error:
functions/todos/list.ts:14:10: ERROR: Unexpected ";"
    at failureErrorWithLog (${join(projectDir, 'node_modules/esbuild/lib/main.js')}:1752:15) {
  errors: []
}
`;
    expect(readCodeError(report)).toEqual({
      message: 'Unexpected ";"',
      place: { file: 'functions/todos/list.ts', line: 14, column: 11 },
    });
  });

  it('of an error without a stack is the text itself', () => {
    expect(readCodeError('STAGE must be sandbox or prod.\n')).toEqual({
      message: 'STAGE must be sandbox or prod.',
    });
  });
});

describe('an error of the code', () => {
  it('is shown with the lines around its position', () => {
    const place = { file: '.editorconfig', line: 3, column: 2 };
    expect(describeCodeError({ message: 'Unexpected key', place })).toBe(`.editorconfig:3:2: Unexpected key

  1 | root = true
  2 |
> 3 | [*]
    |  ^
  4 | charset = utf-8
  5 | end_of_line = lf`);
  });

  it('is shown without these lines when the file does not exist', () => {
    const place = { file: 'infra/gone.ts', line: 2, column: 3 };
    expect(describeCodeError({ message: 'Unexpected', place })).toBe('infra/gone.ts:2:3: Unexpected');
  });
});
