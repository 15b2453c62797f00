import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../../infra/local/user-error.ts';
import { describeCommand } from '../../../../../infra/start/options.ts';
import {
  addDebugOptions,
  checkApiOptions,
  commandLines,
  readInvocation,
} from '../../../../../infra/start/sam/command-line.ts';

describe('npm run sam:invoke', () => {
  it('takes a function, an event and options for SAM', () => {
    expect(readInvocation(['createTodo', 'create-todo', '-d', '5858'])).toEqual({
      functionId: 'createTodo',
      event: 'create-todo',
      options: ['-d', '5858'],
    });
  });

  it.each([[[]], [['createTodo']], [['--skip-pull-image', 'createTodo', 'create-todo']]])(
    'shows its usage when an argument is missing: %j',
    (args) => {
      expect(() => readInvocation(args)).toThrow(
        /^Name a function and an event\.\n\nUsage: npm run sam:invoke -- <function> <event> \[options/,
      );
    },
  );

  it('refuses an unknown function, and lists the functions', () => {
    expect(() => readInvocation(['nonsense', 'list-todos'])).toThrow(UserError);
    expect(() => readInvocation(['nonsense', 'list-todos'])).toThrow(
      /^There is no function nonsense: name one of authorizer, sweepDeletions, (\w+, )*createTodo, .*\bgetDocsAsset\b.*\.$/,
    );
  });

  it('lists functions and events in its help', () => {
    const help = describeCommand(commandLines.invoke);
    expect(help).toMatch(/ function {2}One of authorizer, sweepDeletions, (\w+, )*createTodo, /);
    expect(help).toContain(
      'event     One of authorize, create-todo, list-todos (in test/events), or the path',
    );
  });
});

describe('npm run sam', () => {
  it('refuses --port, in favour of its setting', () => {
    for (const options of [['--port', '80'], ['-p', '80'], ['--port=80']])
      expect(() => checkApiOptions(options, {})).toThrow(
        new UserError('The port is a setting: set PORT in place of --port.'),
      );
  });

  it('needs the function to debug, because SAM would ignore the debugger', () => {
    const sentence = /^Name the function to debug with --debug-function, one of authorizer, /;
    for (const options of [['-d', '5858'], ['-d5858'], ['--debug-port=5858']])
      expect(() => checkApiOptions(options, {})).toThrow(sentence);
    expect(() => checkApiOptions([], { SAM_DEBUG_PORT: '5858' })).toThrow(sentence);
    expect(() => checkApiOptions(['-d', '5858', '--debug-function', 'nope'], {})).toThrow(
      /^There is no function nope/,
    );
    checkApiOptions(['-d', '5858', '--debug-function', 'createTodo'], {});
    checkApiOptions(['--skip-pull-image', '--log-file', 'sam.log'], {});
  });
});

describe('the options for the debugger', () => {
  const logicalIdOf = (id: string) => `${id}12345678`;
  const add = (options: string[], environment = {}) => addDebugOptions(options, environment, logicalIdOf);

  it('start the relay in the container, because SAM replaces NODE_OPTIONS', () => {
    expect(add(['-d', '5858'])).toEqual(['-d', '5858', '--debug-args', '--import=/var/task/loopback.mjs']);
  });

  it('keep the arguments of the caller', () => {
    const kept = '--enable-source-maps --import=/var/task/loopback.mjs';
    expect(add(['--debug-args', '--enable-source-maps']).at(-1)).toBe(kept);
    expect(add(['--debug-args=--enable-source-maps']).at(-1)).toBe(kept);
    expect(add([], { DEBUGGER_ARGS: '--enable-source-maps' }).at(-1)).toBe(kept);
  });

  it('name a function by its logical id', () => {
    expect(add(['--debug-function', 'createTodo']).slice(-2)).toEqual([
      '--debug-function',
      'createTodo12345678',
    ]);
  });
});
