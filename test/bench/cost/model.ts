import { prices, type Tier } from './prices.ts';
import { AUTHORIZER_READ_UNITS, type CapacityUnits, mean, type Shape } from './traffic.ts';

/** The measurements of a function. */
export interface Figures {
  /** CPU milliseconds of a warm invocation, and of the start of an environment. */
  readonly processorMs: number;
  readonly initProcessorMs: number;
  /** The log line of a successful request. */
  readonly logBytes: number;
  /** The size of the event, which the debug level logs. */
  readonly eventBytes: number;
  /** The body of the response, and its headers with those of the gateway. */
  readonly responseBytes: number;
  readonly headerBytes: number;
}

export type FunctionName = keyof Shape | 'authorizer';
export type Measurements = Readonly<Record<FunctionName, Figures>>;

/** How many requests X-Ray records: all up to a number a second, and a share of the others. */
export interface Sampling {
  readonly perSecond: number;
  readonly share: number;
}

/** What the template of a stage decides. */
export interface Deployment {
  readonly memoryMb: number;
  /** The line of a successful request in the access log of the gateway. */
  readonly accessLogBytes: number;
  /** The same for a preflight. */
  readonly preflightLogBytes: number;
  /** Whether CloudWatch masks addresses in the access log. */
  readonly isMasked: boolean;
  /** The share of successful requests of which a route writes a line, 0 to 1. */
  readonly loggedShare: number;
  /** Whether Lambda writes lines of its own about each invocation. */
  readonly hasPlatformLog: boolean;
  /** How long CloudWatch keeps a line, in months. */
  readonly logMonths: number;
  readonly sampling: Sampling;
  /** The gateway compresses a response without a strong ETag that has this many bytes or more. */
  readonly minimumCompressionBytes: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Customer managed keys. */
  readonly keys: number;
  /** The functions that use the table, and with it the key that encrypts the table. */
  readonly tableFunctions: number;
}

export interface Design {
  readonly shape: Shape;
  readonly requestsPerSecond: number;
  /** The hit ratio of the gateway's authorizer cache, 0 to 1. */
  readonly hitRatio: number;
  readonly deployment: Deployment;
  readonly measurements: Measurements;
  readonly units: CapacityUnits;
  /** Bytes of a todo in the table and its indexes. */
  readonly todoBytes: number;
  readonly todosPerRequestPerSecond: number;
  /** Preflights for each other request. */
  readonly preflights: number;
  /** Custom metrics: names with their combinations of dimensions. */
  readonly metrics: number;
  readonly gateway: readonly Tier[];
  /** Pays for units of capacity by the hour, with this utilization, in place of requests. */
  readonly utilization?: number;
  /** Rules of the firewall; undefined without a firewall. */
  readonly firewallRules?: number;
  /** Whether the functions log events and responses. */
  readonly isDebug?: boolean;
}

/** What AWS counts in a month. Sizes are in gigabytes of 1,024³ bytes. */
export interface Usage {
  readonly gatewayRequests: number;
  readonly routeRequests: number;
  readonly routeGigabyteSeconds: number;
  readonly authorizerRequests: number;
  readonly authorizerGigabyteSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly storedGigabytes: number;
  /** Continuous backups (point-in-time recovery). AWS bills them by the size of the table. */
  readonly backupGigabytes: number;
  readonly logGigabytes: number;
  readonly maskedGigabytes: number;
  readonly storedLogGigabytes: number;
  readonly traces: number;
  readonly transferGigabytes: number;
  readonly metrics: number;
  readonly alarms: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly keyRequests: number;
  readonly emails: number;
}

export const SECONDS_A_MONTH = 30 * 86_400;
const HOURS_A_MONTH = 30 * 24;
const GIGABYTE = 1024 ** 3;

/** The memory size with one whole processor. Source: Lambda guide, "Configure Lambda function memory". */
const PROCESSOR_MB = 1_769;
/** Assumed: the latency of DynamoDB within a region. */
const DATABASE_MS = 5;
/** Assumed: the share of invocations that start an environment, under steady traffic. */
const COLD_SHARE = 0.002;
/** `platform.start` and `platform.report` as JSON. */
const PLATFORM_LOG_BYTES = 700;
const PLATFORM_LOG_EVENTS = 2;
/** CloudWatch Logs adds this to each event. Source: PutLogEvents in the CloudWatch Logs API reference. */
const EVENT_BYTES = 26;
/** AWS's own assumption in the pricing examples of CloudWatch: stored logs have this share of their size. */
const COMPRESSED_LOG_SHARE = 0.15;
/** Measured with ten todos of different titles and gzip: 3,379 bytes become 847. */
const COMPRESSED_BODY_SHARE = 0.25;
/** The response of a preflight: its headers with those of the gateway. */
const PREFLIGHT_BYTES = 840;
/** Assumed: how many e-mails the alarms send in a month. */
const EMAILS = 30;
/**
 * At most: each function asks for the key of the table every five minutes. In fact DynamoDB asks only for a caller that
 * was idle for so long. Source: "Table key caching" in "DynamoDB encryption at rest usage notes".
 */
const KEY_REQUESTS_OF_FUNCTION = SECONDS_A_MONTH / 300;

/** Returns the milliseconds that Lambda bills for an invocation with this memory size, cold starts included. */
export function billedMs({ processorMs, initProcessorMs }: Figures, memoryMb: number): number {
  const slowdown = Math.max(1, PROCESSOR_MB / memoryMb);
  // A start has a whole processor, whatever the memory size is.
  return Math.ceil(processorMs * slowdown + DATABASE_MS) + COLD_SHARE * Math.ceil(initProcessorMs);
}

/** Returns the price of the requests of a month, each in its tier. */
export function tiered(tiers: readonly Tier[], requests: number): number {
  let from = 0;
  let sum = 0;
  for (const { upTo, perRequest } of tiers) {
    sum += Math.max(0, Math.min(requests, upTo) - from) * perRequest;
    from = upTo;
  }
  return sum;
}

/** Returns the traces of a second, at a steady rate of requests. */
export function tracesPerSecond({ perSecond, share }: Sampling, requestsPerSecond: number): number {
  const reserved = Math.min(perSecond, requestsPerSecond);
  return reserved + share * (requestsPerSecond - reserved);
}

/** Returns the bytes of the log lines of one invocation, as CloudWatch counts them. */
export function functionLogBytes(
  figures: Figures,
  share: number,
  { hasPlatformLog, isDebug = false }: { readonly hasPlatformLog: boolean; readonly isDebug?: boolean },
): number {
  const debugged = isDebug ? figures.eventBytes + figures.responseBytes + 2 * EVENT_BYTES : 0;
  const platform = hasPlatformLog ? PLATFORM_LOG_BYTES + PLATFORM_LOG_EVENTS * EVENT_BYTES : 0;
  return share * (figures.logBytes + EVENT_BYTES) + platform + debugged;
}

/** Computes what AWS counts in a month of steady traffic. */
export function usageOf(design: Design): Usage {
  const { shape, requestsPerSecond, hitRatio, deployment, measurements, units, preflights } = design;
  const requests = requestsPerSecond * SECONDS_A_MONTH;
  const misses = (1 - hitRatio) * requests;
  const gigabyteSeconds = (figures: Figures) =>
    (deployment.memoryMb / 1024) * (billedMs(figures, deployment.memoryMb) / 1000);
  const options = {
    hasPlatformLog: deployment.hasPlatformLog,
    ...(design.isDebug !== undefined && { isDebug: design.isDebug }),
  };
  const accessLogBytes =
    requests * (deployment.accessLogBytes + EVENT_BYTES) +
    preflights * requests * (deployment.preflightLogBytes + EVENT_BYTES);
  // The first request of each environment is always logged, and so is each run of the authorizer.
  const loggedShare = Math.min(1, deployment.loggedShare + COLD_SHARE);
  const functionLogs =
    requests * mean(shape, (route) => functionLogBytes(measurements[route], loggedShare, options)) +
    misses * functionLogBytes(measurements.authorizer, 1, options);
  const body = (route: keyof Shape) => {
    const { responseBytes } = measurements[route];
    // Only lists have no ETag.
    const isCompressed = route === 'list' && responseBytes >= deployment.minimumCompressionBytes;
    return responseBytes * (isCompressed ? COMPRESSED_BODY_SHARE : 1);
  };
  const tableGigabytes = (requestsPerSecond * design.todosPerRequestPerSecond * design.todoBytes) / GIGABYTE;
  const transferBytes =
    requests * mean(shape, (route) => measurements[route].headerBytes + body(route)) +
    preflights * requests * PREFLIGHT_BYTES;
  return {
    gatewayRequests: (1 + preflights) * requests,
    routeRequests: requests,
    routeGigabyteSeconds: requests * mean(shape, (route) => gigabyteSeconds(measurements[route])),
    authorizerRequests: misses,
    authorizerGigabyteSeconds: misses * gigabyteSeconds(measurements.authorizer),
    readUnits: requests * mean(shape, (route) => units[route].read) + misses * AUTHORIZER_READ_UNITS,
    writeUnits: requests * mean(shape, (route) => units[route].write),
    storedGigabytes: tableGigabytes,
    backupGigabytes: tableGigabytes,
    logGigabytes: (accessLogBytes + functionLogs) / GIGABYTE,
    maskedGigabytes: deployment.isMasked ? accessLogBytes / GIGABYTE : 0,
    storedLogGigabytes:
      ((accessLogBytes + functionLogs) * COMPRESSED_LOG_SHARE * deployment.logMonths) / GIGABYTE,
    traces: tracesPerSecond(deployment.sampling, requestsPerSecond) * SECONDS_A_MONTH,
    transferGigabytes: transferBytes / GIGABYTE,
    metrics: design.metrics,
    alarms: deployment.alarms,
    dashboards: deployment.dashboards,
    keys: deployment.keys,
    keyRequests: deployment.tableFunctions * KEY_REQUESTS_OF_FUNCTION,
    emails: EMAILS,
  };
}

/** The rows of a bill, in US dollars. */
export interface Bill {
  readonly gateway: number;
  readonly routes: number;
  readonly authorizer: number;
  readonly tableRequests: number;
  readonly tableStorage: number;
  readonly logs: number;
  readonly traces: number;
  readonly transfer: number;
  readonly firewall: number;
  readonly metrics: number;
  readonly alarms: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly notifications: number;
}

/** The rows that stay the same with more requests. A share of the firewall does, too, but no stage has one by default. */
export const fixedRows = ['metrics', 'alarms', 'dashboards', 'keys', 'notifications'] as const;

/** Computes the bill of a month at list prices. */
export function billOf(
  usage: Usage,
  { gateway, utilization, firewallRules }: Pick<Design, 'gateway' | 'utilization' | 'firewallRules'>,
): Bill {
  const { lambda, dynamoDb, cloudWatch, kms, sns, waf, xRay, transfer } = prices;
  const invocations = (requests: number, gigabyteSeconds: number) =>
    requests * lambda.perRequest + gigabyteSeconds * lambda.perGigabyteSecond;
  const capacity = (units: number) => Math.ceil(units / SECONDS_A_MONTH / (utilization ?? 1)) * HOURS_A_MONTH;
  return {
    gateway: tiered(gateway, usage.gatewayRequests),
    routes: invocations(usage.routeRequests, usage.routeGigabyteSeconds),
    authorizer: invocations(usage.authorizerRequests, usage.authorizerGigabyteSeconds),
    tableRequests:
      utilization === undefined
        ? usage.readUnits * dynamoDb.perReadUnit + usage.writeUnits * dynamoDb.perWriteUnit
        : capacity(usage.readUnits) * dynamoDb.perReadCapacityHour +
          capacity(usage.writeUnits) * dynamoDb.perWriteCapacityHour,
    tableStorage:
      usage.storedGigabytes * dynamoDb.perGigabyteMonth +
      usage.backupGigabytes * dynamoDb.perBackupGigabyteMonth,
    logs:
      usage.logGigabytes * cloudWatch.perLogGigabyte +
      usage.maskedGigabytes * cloudWatch.perMaskedGigabyte +
      usage.storedLogGigabytes * cloudWatch.perStoredGigabyteMonth,
    traces: usage.traces * xRay.perTrace,
    transfer: usage.transferGigabytes * transfer.perGigabyte,
    firewall:
      firewallRules === undefined
        ? 0
        : waf.perAclMonth + firewallRules * waf.perRuleMonth + usage.gatewayRequests * waf.perRequest,
    metrics: usage.metrics * cloudWatch.perMetricMonth,
    alarms: usage.alarms * cloudWatch.perAlarmMonth,
    dashboards: usage.dashboards * cloudWatch.perDashboardMonth,
    keys: usage.keys * kms.perKeyMonth + usage.keyRequests * kms.perRequest,
    notifications: usage.emails * sns.perEmail,
  };
}

/**
 * What an account gets each month without a charge and without an end, for all its stages together. The free million
 * requests of API Gateway end after a year.
 * Source: https://aws.amazon.com/free/ and the pages of prices.ts
 */
const freeTier: Readonly<Partial<Record<keyof Usage, number>>> = {
  routeRequests: 1e6,
  routeGigabyteSeconds: 400_000,
  storedGigabytes: 25,
  logGigabytes: 5,
  traces: 100_000,
  transferGigabytes: 100,
  metrics: 10,
  alarms: 10,
  dashboards: 3,
  keyRequests: 20_000,
  emails: 1_000,
};

/** Leaves out what an account gets for nothing, if it has no other stage. */
export function withoutFreeTier(usage: Usage): Usage {
  const left = ([name, amount]: [string, number]) => [
    name,
    Math.max(0, amount - (freeTier[name as keyof Usage] ?? 0)),
  ];
  return Object.fromEntries((Object.entries(usage) as [string, number][]).map(left)) as unknown as Usage;
}

export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum: number, part: number) => sum + part, 0);
}

/** The bill of a month, divided by its millions of requests. Preflights are no requests of their own here. */
export function billOfMillion(design: Design, adjust: (usage: Usage) => Usage = (usage) => usage): Bill {
  const millions = (design.requestsPerSecond * SECONDS_A_MONTH) / 1e6;
  const month = billOf(adjust(usageOf(design)), design);
  const perMillion = Object.entries(month).map(([row, dollars]) => [row, dollars / millions]);
  return Object.fromEntries(perMillion) as Bill;
}
