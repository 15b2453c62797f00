import { prices, type Tier } from './prices.ts';
import { AUTHORIZER_READ_UNITS, capacityUnits, mean, type Shape } from './traffic.ts';

/** What was measured of a function. */
export interface Figures {
  /** Milliseconds of a whole processor for a warm invocation, and for the start of an environment. */
  readonly processorMs: number;
  readonly initProcessorMs: number;
  readonly logBytes: number;
  /** Of the event and of the answer, as a debug level would log them. */
  readonly eventBytes: number;
  readonly answerBytes: number;
}

export type FunctionName = keyof Shape | 'authorizer';
export type Measurements = Readonly<Record<FunctionName, Figures>>;

export interface Design {
  readonly shape: Shape;
  readonly requestsPerMonth: number;
  /** Of the gateway's cache of the authorizer, 0 to 1. */
  readonly hitRatio: number;
  readonly memoryMb: number;
  readonly gateway: readonly Tier[];
  readonly logs: 'info' | 'debug';
  /** Read units of a list; of a Query by default. */
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

/** Memory at which a function has one processor of its own (Lambda guide, "Configure Lambda function memory"). */
const PROCESSOR_MB = 1_769;
/** Assumed: an answer of DynamoDB within a region. */
const DATABASE_MS = 5;
/** Assumed: the share of invocations that start an environment, under steady traffic. */
const COLD_SHARE = 0.002;
/** The platform's own lines of an invocation, `platform.start` and `platform.report` as JSON. */
const PLATFORM_LOG_BYTES = 700;
/** A line of the access log of a stage. */
const ACCESS_LOG_BYTES = 500;
const GIGABYTE = 1024 ** 3;
const MILLION = 1e6;

/** Milliseconds that Lambda bills for an invocation with this much memory, a share of the cold starts included. */
export function billedMs({ processorMs, initProcessorMs }: Figures, memoryMb: number): number {
  const slowdown = Math.max(1, PROCESSOR_MB / memoryMb);
  return Math.ceil(processorMs * slowdown + DATABASE_MS) + COLD_SHARE * Math.ceil(initProcessorMs * slowdown);
}

function invocationCost(figures: Figures, memoryMb: number): number {
  const gigabyteSeconds = (memoryMb / 1024) * (billedMs(figures, memoryMb) / 1000);
  return prices.lambda.perRequest + gigabyteSeconds * prices.lambda.perGigabyteSecond;
}

/** The price of so many requests a month, each in its tier. */
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
  const logged = ({ logBytes, eventBytes, answerBytes }: Figures) =>
    PLATFORM_LOG_BYTES + logBytes + (logs === 'debug' ? eventBytes + answerBytes : 0);
  const readUnits =
    mean(shape, (route) => (route === 'list' ? listReadUnits : capacityUnits[route].read)) +
    misses * AUTHORIZER_READ_UNITS;
  const writeUnits = mean(shape, (route) => capacityUnits[route].write);
  const logBytes =
    ACCESS_LOG_BYTES +
    mean(shape, (route) => logged(measurements[route])) +
    misses * logged(measurements.authorizer);
  const answerBytes = mean(shape, (route) => measurements[route].answerBytes);
  return {
    gateway: (MILLION * tiered(gateway, requestsPerMonth)) / requestsPerMonth,
    routes: MILLION * mean(shape, (route) => invocationCost(measurements[route], memoryMb)),
    authorizer: MILLION * misses * invocationCost(measurements.authorizer, memoryMb),
    dynamoDb: MILLION * (readUnits * prices.dynamoDb.perReadUnit + writeUnits * prices.dynamoDb.perWriteUnit),
    logs: ((MILLION * logBytes) / GIGABYTE) * prices.cloudWatch.perGigabyte,
    transfer: ((MILLION * answerBytes) / GIGABYTE) * prices.transfer.perGigabyte,
  };
}

export function total(cost: Cost): number {
  return Object.values(cost).reduce((sum: number, part: number) => sum + part, 0);
}

/** What a month costs whatever the traffic, and a million requests on top, with a firewall before the gateway. */
export function firewallCost(rules: number): { readonly perMonth: number; readonly perMillion: number } {
  const { perAclMonth, perRuleMonth, perRequest } = prices.waf;
  return { perMonth: perAclMonth + rules * perRuleMonth, perMillion: MILLION * perRequest };
}
