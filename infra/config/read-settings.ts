import { ConfigError, type Environment } from '../../functions/config.ts';
import { closestName } from '../../functions/http/closest-name.ts';
import type { Settings } from './settings.ts';

/** Where the settings of a CDK app come from. */
export interface SettingSources {
  /** The context of the app, as it is in cdk.json or after `-c`. It comes before the environment. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly environment: Environment;
}

/**
 * Reads settings from the context and the environment of a CDK app. The settings that `read` looks up are the known
 * ones. A name in the context that is like one of them is refused, because it would be ignored. Other names are
 * accepted: they are of the CDK, of another app of cdk.json, or of a developer's own ~/.cdk.json.
 * @param read parses the settings
 * @throws {ConfigError} with a sentence that names the misspelt or invalid setting
 * @example readSettings({ context: app.node.getAllContext(), environment: process.env }, readConfig)
 */
export function readSettings<Config>(
  { context, environment }: SettingSources,
  read: (settings: Settings) => Config,
): Config {
  const known = new Set<string>();
  const lookUp: Settings = (name) => {
    known.add(name);
    // The context in cdk.json may have a value that is not a text, such as `"WAF": true`.
    const value = context[name] === undefined ? environment[name] : String(context[name]);
    if (name === 'stage' && !value && environment.STAGE)
      throw new ConfigError('STAGE is no setting. Set the stage as CDK context: -c stage=prod.');
    return value;
  };
  try {
    return read(lookUp);
  } finally {
    // A misspelt name explains why a setting is missing. So it is reported instead.
    refuseMisspelt(Object.keys(context), [...known]);
  }
}

/** @throws {ConfigError} for a name that is like a known one */
function refuseMisspelt(names: readonly string[], known: readonly string[]): void {
  for (const name of names.filter((each) => !known.includes(each))) {
    const meant = closestName(name, known);
    if (meant !== undefined) throw new ConfigError(`${name} is no setting. Did you mean ${meant}?`);
  }
}
