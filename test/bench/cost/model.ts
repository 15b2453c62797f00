import { prices, type Tier } from './prices.ts';
import { AUTHORIZER_READ_UNITS, capacityUnits, mean, type Shape } from './traffic.ts';

/** The measurements of a function. */
export interface Figures {
  /** CPU milliseconds of a warm invocation, and of the start of an environment. */
  readonly processorMs: number;
  readonly initProcessorMs: number;
  readonly logBytes: number;
  /** The sizes of the event and of the response. The debug level logs both. */
  readonly eventBytes: number;
  readonly responseBytes: number;
}

export type FunctionName = keyof Shape | 'authorizer';
export type Measurements = Readonly<Record<FunctionName, Figures>>;

export interface Design {
  readonly shape: Shape;
  readonly requestsPerMonth: number;
  /** The hit ratio of the gateway's authorizer cache, 0 to 1. */
  readonly hitRatio: number;
  readonly memoryMb: number;
  readonly gateway: readonly Tier[];
  readonly logs: 'info' | 'debug';
  /** Read units of a list; those of a Query by default. */
  readonly listReadUnits?: number;
}

/** US dollars for a million requests. */
export interface Cost {
  readonly gateway: number;
  readonly routes: number;
  readonly authorizer: number;
  readonly dynamoDb: number;
  readonly logs: number;
  readonly transfer: number;
}

/** The memory size with one whole processor. Source: Lambda guide, "Configure Lambda function memory". */
const PROCESSOR_MB = 1_769;
/** Assumed: the latency of DynamoDB within a region. */
const DATABASE_MS = 5;
/** Assumed: the share of invocations that start an environment, under steady traffic. */
const COLD_SHARE = 0.002;
/** The log lines of Lambda itself for an invocation: `platform.start` and `platform.report` as JSON. */
const PLATFORM_LOG_BYTES = 700;
/** One line in the access log of the stage. */
const ACCESS_LOG_BYTES = 500;
const GIGABYTE = 1024 ** 3;
const MILLION = 1e6;

/** Returns the milliseconds that Lambda bills for an invocation with this memory size, cold starts included. */
export function billedMs({ processorMs, initProcessorMs }: Figures, memoryMb: number): number {
  const slowdown = Math.max(1, PROCESSOR_MB / memoryMb);
  return Math.ceil(processorMs * slowdown + DATABASE_MS) + COLD_SHARE * Math.ceil(initProcessorMs * slowdown);
}

function invocationCost(figures: Figures, memoryMb: number): number {
  const gigabyteSeconds = (memoryMb / 1024) * (billedMs(figures, memoryMb) / 1000);
  return prices.lambda.perRequest + gigabyteSeconds * prices.lambda.perGigabyteSecond;
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

export function costOfMillion(design: Design, measurements: Measurements): Cost {
  const {
    shape,
    requestsPerMonth,
    hitRatio,
    memoryMb,
    gateway,
    logs,
    listReadUnits = capacityUnits.list.read,
  } = design;
  const misses = 1 - hitRatio;
  const logged = ({ logBytes, eventBytes, responseBytes }: Figures) =>
    PLATFORM_LOG_BYTES + logBytes + (logs === 'debug' ? eventBytes + responseBytes : 0);
  const readUnits =
    mean(shape, (route) => (route === 'list' ? listReadUnits : capacityUnits[route].read)) +
    misses * AUTHORIZER_READ_UNITS;
  const writeUnits = mean(shape, (route) => capacityUnits[route].write);
  const logBytes =
    ACCESS_LOG_BYTES +
    mean(shape, (route) => logged(measurements[route])) +
    misses * logged(measurements.authorizer);
  const responseBytes = mean(shape, (route) => measurements[route].responseBytes);
  return {
    gateway: (MILLION * tiered(gateway, requestsPerMonth)) / requestsPerMonth,
    routes: MILLION * mean(shape, (route) => invocationCost(measurements[route], memoryMb)),
    authorizer: MILLION * misses * invocationCost(measurements.authorizer, memoryMb),
    dynamoDb: MILLION * (readUnits * prices.dynamoDb.perReadUnit + writeUnits * prices.dynamoDb.perWriteUnit),
    logs: ((MILLION * logBytes) / GIGABYTE) * prices.cloudWatch.perGigabyte,
    transfer: ((MILLION * responseBytes) / GIGABYTE) * prices.transfer.perGigabyte,
  };
}

export function total(cost: Cost): number {
  return Object.values(cost).reduce((sum: number, part: number) => sum + part, 0);
}

/** How many requests X-Ray records: all up to a number a second, and a share of the others. */
export interface Sampling {
  readonly perSecond: number;
  readonly share: number;
}

/** The default rule of X-Ray. Source: "Configuring sampling rules" in the X-Ray developer guide. */
export const defaultSampling: Sampling = { perSecond: 1, share: 0.05 };

/** Returns the price of the traces of some time, at a steady rate of requests. */
export function traceCost(
  { perSecond, share }: Sampling,
  requestsPerSecond: number,
  seconds: number,
): number {
  const reserved = Math.min(perSecond, requestsPerSecond);
  return (reserved + share * (requestsPerSecond - reserved)) * seconds * prices.xRay.perTrace;
}

/** Returns the price of AWS WAF in front of the gateway: the fixed price of a month, and that of a million requests. */
export function firewallCost(rules: number): { readonly perMonth: number; readonly perMillion: number } {
  const { perAclMonth, perRuleMonth, perRequest } = prices.waf;
  return { perMonth: perAclMonth + rules * perRuleMonth, perMillion: MILLION * perRequest };
}
