/** The day of the list prices below: US dollars in us-east-1, without free tiers and savings plans. */
export const PRICES_OF = '2026-11-26';

const million = 1e6;

/** A price per request, for a range of requests in a month. */
export interface Tier {
  /** The upper end of the range. */
  readonly upTo: number;
  readonly perRequest: number;
}

export const prices = {
  /** https://aws.amazon.com/api-gateway/pricing/ */
  restApi: [
    { upTo: 333 * million, perRequest: 3.5 / million },
    { upTo: 1_000 * million, perRequest: 2.8 / million },
    { upTo: 20_000 * million, perRequest: 2.38 / million },
    { upTo: Number.POSITIVE_INFINITY, perRequest: 1.51 / million },
  ],
  httpApi: [
    { upTo: 300 * million, perRequest: 1 / million },
    { upTo: Number.POSITIVE_INFINITY, perRequest: 0.9 / million },
  ],
  /** arm64, first tier. AWS bills the initialization too. https://aws.amazon.com/lambda/pricing/ */
  lambda: { perRequest: 0.2 / million, perGigabyteSecond: 0.0000133334 },
  /**
   * Requests in on-demand mode; storage, and continuous backups by the size of the table with its local indexes.
   * https://aws.amazon.com/dynamodb/pricing/on-demand/
   */
  dynamoDb: {
    perReadUnit: 0.125 / million,
    perWriteUnit: 0.625 / million,
    perGigabyteMonth: 0.25,
    perBackupGigabyteMonth: 0.2,
    /** A unit of capacity for an hour. https://aws.amazon.com/dynamodb/pricing/provisioned/ */
    perReadCapacityHour: 0.00013,
    perWriteCapacityHour: 0.00065,
  },
  /**
   * Logs: ingestion in the first tier, masking ("data protection"), and storage by compressed size. Metrics, alarms and
   * dashboards: each for a month. https://aws.amazon.com/cloudwatch/pricing/
   */
  cloudWatch: {
    perLogGigabyte: 0.5,
    perMaskedGigabyte: 0.12,
    perStoredGigabyteMonth: 0.03,
    perMetricMonth: 0.3,
    perAlarmMonth: 0.1,
    perDashboardMonth: 3,
  },
  /**
   * A customer managed key for a month, and a request with any key. An AWS managed key costs nothing itself, but its
   * requests do. https://aws.amazon.com/kms/pricing/
   */
  kms: { perKeyMonth: 1, perRequest: 0.03 / 10_000 },
  /** https://aws.amazon.com/sns/pricing/ */
  sns: { perEmail: 2 / 100_000 },
  /** A web ACL for a month, a rule for a month, and a request. https://aws.amazon.com/waf/pricing/ */
  waf: { perAclMonth: 5, perRuleMonth: 1, perRequest: 0.6 / million },
  /** A recorded trace. https://aws.amazon.com/xray/pricing/ */
  xRay: { perTrace: 5 / million },
  /** Data transfer to the internet, first tier. https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer */
  transfer: { perGigabyte: 0.09 },
} as const satisfies Record<string, unknown>;
