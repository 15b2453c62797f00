import { ConfigError } from '../../functions/config.ts';

/** Looks up a setting by its name. */
export type Settings = (name: string) => string | undefined;

/** @throws {ConfigError} when it is not set: where the identity of users is at stake there is no default */
export function readRequired(settings: Settings, name: string, example: string): string {
  const value = settings(name)?.trim();
  if (value) return value;
  throw new ConfigError(
    `${name} is not set. Set it in the environment, or pass it to cdk as -c ${name}=${example}`,
  );
}

export function readFlag(settings: Settings, name: string, byDefault: boolean): boolean {
  const value = settings(name) || String(byDefault);
  if (value !== 'true' && value !== 'false') throw malformed(name, 'true or false', value);
  return value === 'true';
}

/** One of the choices; the first one when nothing is said. */
export function readChoice<Choice extends string>(
  settings: Settings,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = settings(name) || choices[0];
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw malformed(name, choices.join(' or '), value);
  return choice;
}

export function readNumber(
  settings: Settings,
  name: string,
  byDefault: number,
  { atLeast = 1 } = {},
): number {
  const value = settings(name) || String(byDefault);
  if (!/^\d{1,9}$/.test(value) || Number(value) < atLeast) {
    throw malformed(name, `a whole number of at least ${atLeast}`, value);
  }
  return Number(value);
}

/**
 * A text of a certain form, or undefined.
 * @param expected says in the error what form that is
 */
export function readText(
  settings: Settings,
  name: string,
  isValid: (value: string) => boolean,
  expected: string,
): string | undefined {
  const value = settings(name)?.trim() || undefined;
  if (value !== undefined && !isValid(value)) throw malformed(name, expected, value);
  return value;
}

/** The error about a setting that has another form than it must. */
export function malformed(name: string, expected: string, value: string): ConfigError {
  return new ConfigError(`${name} must be ${expected}, not ${JSON.stringify(value)}.`);
}
