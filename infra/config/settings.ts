import { ConfigError } from '../../functions/config.ts';

/** Looks up a setting by its name. */
export type Settings = (name: string) => string | undefined;

/**
 * Settings without a default.
 * @param examples a value of each for the error message
 * @returns their values
 * @throws {ConfigError} that names all of them that are not set
 * @example const { AUTH0_DOMAIN } = readRequired(settings, { AUTH0_DOMAIN: 'your-tenant.eu.auth0.com' });
 */
export function readRequired<Name extends string>(
  settings: Settings,
  examples: Readonly<Record<Name, string>>,
): Record<Name, string> {
  const names = Object.keys(examples) as Name[];
  const values = names.map((name) => [name, settings(name)?.trim()] as const);
  const missing = values.filter(([, value]) => !value).map(([name]) => name);
  if (missing.length === 0) return Object.fromEntries(values) as Record<Name, string>;
  const list = new Intl.ListFormat('en-GB').format(missing);
  const options = missing.map((name) => `-c ${name}=${examples[name]}`).join(' ');
  const [are, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new ConfigError(
    `${list} ${are} not set. Set ${them} in the environment, or pass ${them} to cdk as ${options}`,
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
