import { ConfigError } from '../../functions/config.ts';
import { readRequired, readText, type Settings } from './settings.ts';
import type { Stage } from './stages.ts';

/** Where a stage is, and who hears of its alarms. */
export interface AwsSettings {
  /** The account of the stage. Undefined: the account of the credentials. */
  readonly account: string | undefined;
  /** The region of the stage. Undefined: the region of the credentials. */
  readonly region: string | undefined;
  /** Gets an e-mail for every alarm. */
  readonly alarmEmail: string | undefined;
  readonly budget: { readonly monthlyLimit: number; readonly email: string } | undefined;
}

/** The value of ALARM_EMAIL for a stage of production that nobody watches. */
const NO_EMAIL = 'none';

/**
 * The settings that a deployment of the stage needs, with an example of each. Production has no default for them: with
 * other credentials, it would become a second, empty stage somewhere else.
 */
export function requiredByAws({ isDurable }: Stage): Readonly<Record<string, string>> {
  if (!isDurable) return {};
  return { AWS_ACCOUNT: '123456789012', AWS_REGION: 'eu-central-1', ALARM_EMAIL: 'ops@example.com' };
}

/**
 * Reads the settings that only a deployment to AWS needs.
 * @param certificateArn the certificate of the custom domain
 * @throws {ConfigError} with a sentence that names the invalid setting
 */
export function readAwsSettings(
  settings: Settings,
  stage: Stage,
  certificateArn: string | undefined,
): AwsSettings {
  readRequired(settings, requiredByAws(stage));
  const account = readText(
    settings,
    'AWS_ACCOUNT',
    (value) => /^\d{12}$/.test(value),
    'the 12 digits of an AWS account',
  );
  const region = readText(
    settings,
    'AWS_REGION',
    (value) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(value),
    'an AWS region such as eu-central-1',
  );
  if (certificateArn !== undefined) checkCertificate(certificateArn, { region, account });
  const alarmEmail = readAlarmEmail(settings);
  return { account, region, alarmEmail, budget: readBudget(settings, alarmEmail) };
}

/** @throws {ConfigError} also without an address, because nobody would hear of the budget */
function readBudget(settings: Settings, email: string | undefined): AwsSettings['budget'] {
  const limit = readText(
    settings,
    'MONTHLY_BUDGET',
    (value) => /^[1-9]\d{0,8}$/.test(value),
    'a whole number of US dollars',
  );
  if (limit === undefined) return undefined;
  if (email === undefined)
    throw new ConfigError(
      'MONTHLY_BUDGET needs an e-mail address in ALARM_EMAIL, which gets its notifications.',
    );
  return { monthlyLimit: Number(limit), email };
}

/** @throws {ConfigError} when the certificate is not where the stage is; API Gateway refuses it during the deployment */
function checkCertificate(arn: string, { region, account }: Pick<AwsSettings, 'account' | 'region'>): void {
  const [, , , certificateRegion, certificateAccount] = arn.split(':');
  const check = (name: string, own: string | undefined, expected: string | undefined) => {
    if (expected !== undefined && own !== expected)
      throw new ConfigError(
        `CERTIFICATE_ARN must be a certificate of ${name} ${expected}, not of ${own}: a regional API uses only these.`,
      );
  };
  check('AWS_REGION', certificateRegion, region);
  check('AWS_ACCOUNT', certificateAccount, account);
}

function readAlarmEmail(settings: Settings): string | undefined {
  const value = readText(
    settings,
    'ALARM_EMAIL',
    (text) => text === NO_EMAIL || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text),
    'an e-mail address or none',
  );
  return value === NO_EMAIL ? undefined : value;
}
