/**
 * The metrics of the functions, each with its sets of dimensions. A metric counts a failure that an alarm watches, so a
 * healthy stage has no series that CloudWatch bills. A query of the log shows everything else.
 *
 * A dimension is a text that every line with the metric has. It must have few values and never be an id, since
 * CloudWatch bills every combination of values as one metric.
 */
export const metrics = {
  /** Responses with a 500. Lambda counts no error, because the function responded. */
  InternalErrors: [[], ['route']],
  /** Requests to /userinfo that the issuer refused with a 429. */
  UserinfoRateLimited: [[]],
} as const satisfies Record<string, readonly (readonly string[])[]>;

export type MetricName = keyof typeof metrics;

/** How often a log line counts for each metric. */
export type Measurements = Readonly<Partial<Record<MetricName, number>>>;

/**
 * The members that make a log line report metrics. CloudWatch reads them from the log (embedded metric format), so a
 * metric costs no call.
 * Source: "Specification: Embedded metric format" in the CloudWatch user guide.
 * @param timestamp milliseconds since the epoch
 */
export function toEmbeddedMetrics(
  namespace: string,
  timestamp: number,
  measurements: Measurements,
): Readonly<Record<string, unknown>> {
  const directives = (Object.keys(measurements) as MetricName[]).map((Name) => ({
    Namespace: namespace,
    Dimensions: metrics[Name],
    Metrics: [{ Name }],
  }));
  return { ...measurements, _aws: { Timestamp: timestamp, CloudWatchMetrics: directives } };
}
