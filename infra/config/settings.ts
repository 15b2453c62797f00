import { ConfigError } from '../../functions/config.ts';

/** Looks up a setting by its name. */
export type Settings = (name: string) => string | undefined;

/**
 * A setting without a default.
 * @param example a value for the error message
 * @throws {ConfigError} when it is not set
 */
export function readRequired(settings: Settings, name: string, example: string): string {
  const value = settings(name)?.trim();
  if (value) return value;
  throw new ConfigError(
    `${name} is not set. Set it in the environment, or pass it to cdk as -c ${name}=${example}`,
  );
}

/** @throws {ConfigError} when it is neither `true` nor `false` */
export function readFlag(settings: Settings, name: string, byDefault: boolean): boolean {
  const value = settings(name) || String(byDefault);
  if (value !== 'true' && value !== 'false') throw invalidSetting(name, 'true or false', value);
  return value === 'true';
}

/**
 * One of the choices. The first choice is the default.
 * @throws {ConfigError} when it is none of them
 */
export function readChoice<Choice extends string>(
  settings: Settings,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = settings(name) || choices[0];
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw invalidSetting(name, choices.join(' or '), value);
  return choice;
}

/** @throws {ConfigError} when it is not a whole number of at least `atLeast` and at most nine digits */
export function readNumber(
  settings: Settings,
  name: string,
  byDefault: number,
  { atLeast = 1 } = {},
): number {
  const value = settings(name) || String(byDefault);
  if (!/^\d{1,9}$/.test(value) || Number(value) < atLeast) {
    throw invalidSetting(name, `a whole number of at least ${atLeast}`, value);
  }
  return Number(value);
}

/** @throws {ConfigError} when it is not a whole number from 0 to 100 */
export function readWholePercent(settings: Settings, name: string, byDefault: number): number {
  const value = settings(name) || String(byDefault);
  if (!/^(\d{1,2}|100)$/.test(value)) throw invalidSetting(name, 'a whole number from 0 to 100', value);
  return Number(value);
}

/** @throws {ConfigError} when it is not a number from 0 to 100 with at most two decimals */
export function readPercent(settings: Settings, name: string, byDefault: number): number {
  const value = settings(name) || String(byDefault);
  if (!/^(\d{1,2}(\.\d{1,2})?|100(\.00?)?)$/.test(value))
    throw invalidSetting(name, 'a number from 0 to 100 with at most two decimals', value);
  return Number(value);
}

/**
 * An optional text.
 * @param expected describes a valid value in the error message
 * @throws {ConfigError} when it is not valid
 */
export function readText(
  settings: Settings,
  name: string,
  isValid: (value: string) => boolean,
  expected: string,
): string | undefined {
  const value = settings(name)?.trim() || undefined;
  if (value !== undefined && !isValid(value)) throw invalidSetting(name, expected, value);
  return value;
}

/** The error for a setting with an invalid value. */
export function invalidSetting(name: string, expected: string, value: string): ConfigError {
  return new ConfigError(`${name} must be ${expected}, not ${JSON.stringify(value)}.`);
}
