import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../infra/local/user-error.ts';
import { type CommandLine, describeCommand, parse } from '../../../../infra/start/options.ts';

const command: CommandLine = {
  usage: 'npm run paint -- [options] <colour>',
  summary: 'Paints the house.',
  options: { dry: 'Only print what it would paint.', twice: 'Paint two layers.' },
  arguments: { colour: 'The colour of the house.' },
  environment: { BRUSH: 'The brush. Default: wide.' },
};

describe('a command line', () => {
  it('returns options and arguments', () => {
    const { options, positionals } = parse(command, ['--dry', 'red']);
    expect([...options]).toEqual(['dry']);
    expect(positionals).toEqual(['red']);
  });

  it('returns the values of options that take one', () => {
    const withValue = { ...command, values: { shade: 'The shade of the colour.' } };
    const { options, values } = parse(withValue, ['--shade', 'dark', 'red']);
    expect(values).toEqual({ shade: 'dark' });
    expect([...options]).toEqual(['shade']);
    expect(() => parse(withValue, ['red', '--shade'])).toThrow(
      "Option '--shade <value>' argument missing. Known options: --dry, --help, --shade, --twice.",
    );
  });

  it('refuses an unknown option, and lists the known ones', () => {
    expect(() => parse(command, ['--dyr'])).toThrow(
      new UserError("Unknown option '--dyr'. Known options: --dry, --help, --twice."),
    );
  });

  it('refuses an argument of a command without arguments', () => {
    const { arguments: _, ...withoutArguments } = command;
    expect(() => parse(withoutArguments, ['red'])).toThrow(
      new UserError("Unexpected argument 'red'. Known options: --dry, --help, --twice."),
    );
  });

  it('passes unknown options to another program, but not --help', () => {
    const passThrough = { ...command, passThrough: true };
    expect(parse(passThrough, ['--port', '80']).options.has('help')).toBe(false);
    expect(parse(passThrough, ['--port', '80', '--help']).options.has('help')).toBe(true);
    const { arguments: _, ...withoutArguments } = passThrough;
    expect(parse(withoutArguments, ['-d', '5858']).options.has('help')).toBe(false);
  });
});

describe('--help', () => {
  it('shows usage, arguments, options and environment variables', () => {
    expect(describeCommand(command)).toBe(`Usage: npm run paint -- [options] <colour>

Paints the house.

Arguments:
  colour  The colour of the house.

Options:
  --dry    Only print what it would paint.
  --twice  Paint two layers.
  --help   Print this help.

Environment variables:
  BRUSH  The brush. Default: wide.
`);
  });
});
