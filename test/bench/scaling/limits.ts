/** The day when the quotas below matched the linked pages. */
export const CHECKED_ON = '2026-11-24';

export const awsLimits = {
  /** Per account and region, for all APIs together; AWS can raise it. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
  gatewayRequestsPerSecond: 10_000,
  /** Concurrent executions per account and region; AWS can raise it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  lambdaConcurrency: 1_000,
  /** Per function; AWS cannot raise it. https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html */
  lambdaEnvironmentsPerTenSeconds: 1_000,
  lambdaRequestsPerSecondPerTenSeconds: 10_000,
  /** Per partition; AWS cannot raise it. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
  partitionReadUnits: 3_000,
  partitionWriteUnits: 1_000,
  /** A new on-demand table, from the start. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html */
  newTableReadUnits: 12_000,
  newTableWriteUnits: 4_000,
  /** Per table; AWS can raise it. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
  tableReadUnits: 40_000,
  tableWriteUnits: 40_000,
  /** All items of a partition key with their index entries, in a table with local indexes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections.SizeLimit */
  itemCollectionBytes: 10 * 1024 ** 3,
} as const;

/** https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-configurations */
export const auth0Plans = [
  { plan: 'Free', authenticationPerSecond: 300 / 60, tokensPerSecond: 30, jwksPerSecond: 20 },
  { plan: 'paid, public cloud', authenticationPerSecond: 100, tokensPerSecond: 100, jwksPerSecond: 100 },
  { plan: 'private cloud, 500 RPS', authenticationPerSecond: 500, tokensPerSecond: 500, jwksPerSecond: 500 },
] as const;
