import type { Deployment, Measurements } from './model.ts';

/**
 * Production before its bill was reduced, as measured and read from its template at commit 11598c2. The CPU times are
 * those of RESULTS.md at that commit; the other sizes come from this part, with the bundles and the template of that
 * commit.
 */
export const deploymentBefore: Deployment = {
  memoryMb: 512,
  accessLogBytes: 621,
  preflightLogBytes: 556,
  isMasked: true,
  loggedShare: 1,
  hasPlatformLog: true,
  logMonths: 3,
  sampling: { perSecond: 1, share: 0 },
  minimumCompressionBytes: 8_192,
  alarms: 11,
  dashboards: 1,
  keys: 1,
  tableFunctions: 12,
};

/** infra/README.md at that commit: "A busy stage has about thirty". */
export const METRICS_BEFORE = 30;

export const measurementsBefore: Measurements = {
  authorizer: {
    processorMs: 0.78,
    initProcessorMs: 26,
    logBytes: 429,
    eventBytes: 799,
    responseBytes: 384,
    headerBytes: 305,
  },
  list: {
    processorMs: 0.71,
    initProcessorMs: 27,
    logBytes: 504,
    eventBytes: 615,
    responseBytes: 2_911,
    headerBytes: 663,
  },
  get: {
    processorMs: 0.51,
    initProcessorMs: 22,
    logBytes: 509,
    eventBytes: 710,
    responseBytes: 290,
    headerBytes: 682,
  },
  create: {
    processorMs: 0.48,
    initProcessorMs: 27,
    logBytes: 505,
    eventBytes: 709,
    responseBytes: 290,
    headerBytes: 754,
  },
  update: {
    processorMs: 0.52,
    initProcessorMs: 27,
    logBytes: 511,
    eventBytes: 806,
    responseBytes: 290,
    headerBytes: 682,
  },
};
