import { accessLogLine } from '../../support/access-log.ts';
import { production, synthesizeTemplate } from '../../support/stack.ts';
import type { Deployment } from './model.ts';

const DAYS_A_MONTH = 30;

interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by resource type
  readonly Properties: any;
}

/** Reads the decisions that a bill depends on from the template of production. */
export function productionDeployment(): Deployment {
  return readDeployment(synthesizeTemplate(production));
}

function readDeployment(template: ReturnType<typeof synthesizeTemplate>): Deployment {
  const all = (type: string) => Object.values(template.findResources(type)) as Resource[];
  const first = (type: string): Resource['Properties'] => all(type)[0]?.Properties ?? {};
  const functions = all('AWS::Lambda::Function').map(({ Properties }) => Properties);
  const variables = functions.map(({ Environment }) => Environment?.Variables ?? {});
  const loggedPercents = variables.map(({ LOG_SUCCESS_PERCENT }) => LOG_SUCCESS_PERCENT);
  const rules = all('AWS::XRay::SamplingRule').map(({ Properties }) => Properties.SamplingRule);
  const [rule = { ReservoirSize: 0, FixedRate: 0 }] = rules;
  return {
    memoryMb: Math.max(...functions.map(({ MemorySize }) => MemorySize)),
    accessLogBytes: Buffer.byteLength(accessLogLine('request')),
    preflightLogBytes: Buffer.byteLength(accessLogLine('preflight')),
    isMasked: all('AWS::Logs::LogGroup').some(
      ({ Properties }) => Properties.DataProtectionPolicy !== undefined,
    ),
    loggedShare: Number(loggedPercents.find((percent) => percent !== undefined) ?? 100) / 100,
    hasPlatformLog: functions.some(({ LoggingConfig }) => LoggingConfig?.SystemLogLevel !== 'WARN'),
    logMonths: first('AWS::Logs::LogGroup').RetentionInDays / DAYS_A_MONTH,
    sampling: { perSecond: rule.ReservoirSize, share: rule.FixedRate },
    minimumCompressionBytes: first('AWS::ApiGateway::RestApi').MinimumCompressionSize,
    alarms: all('AWS::CloudWatch::Alarm').length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
    keys: all('AWS::KMS::Key').length,
    tableFunctions: variables.filter(({ TABLE_NAME }) => TABLE_NAME !== undefined).length,
  };
}
