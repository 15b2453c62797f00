/**
 * The metrics of the functions: the unit, and the fields of the log line that divide each metric. A field must have few
 * values and never an id, since CloudWatch bills every combination of values as one metric.
 */
export const metrics = {
  /** Milliseconds in the function. The sample count is the number of requests. */
  RouteLatency: { unit: 'Milliseconds', by: [['route']] },
  /** Responses with a 500. Lambda counts no error, because the function responded. */
  InternalErrors: { unit: 'Count', by: [[], ['route']] },
  /** Requests that met a change by somebody else: 412 and 422. */
  Conflicts: { unit: 'Count', by: [['outcome']] },
  /** Runs of the authorizer. A request that uses a cached policy has no run. */
  Authorizations: { unit: 'Count', by: [['outcome'], ['outcome', 'reason']] },
  /** First sign-ins: identities that were linked to a user. */
  SignIns: { unit: 'Count', by: [[]] },
  UserinfoRequests: { unit: 'Count', by: [['outcome']] },
  JwksRequests: { unit: 'Count', by: [['outcome']] },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; by: readonly (readonly string[])[] }>;

export type MetricName = keyof typeof metrics;

/** The values that a log line measures. */
export type Measurements = Readonly<Partial<Record<MetricName, number>>>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The members that make a log line report metrics. CloudWatch reads them from the log (embedded metric format), so a
 * metric costs no call. A field that the line lacks, or that is not a text, divides no metric.
 * Source: "Specification: Embedded metric format" in the CloudWatch user guide.
 * @param timestamp milliseconds since the epoch
 */
export function toEmbeddedMetrics(
  namespace: string,
  timestamp: number,
  measurements: Measurements,
  fields: Fields,
): Fields {
  const isDimension = (name: string) => typeof fields[name] === 'string' && fields[name] !== '';
  const directives = (Object.keys(measurements) as MetricName[]).map((Name) => ({
    Namespace: namespace,
    Dimensions: metrics[Name].by.filter((names: readonly string[]) => names.every(isDimension)),
    Metrics: [{ Name, Unit: metrics[Name].unit }],
  }));
  return { ...measurements, _aws: { Timestamp: timestamp, CloudWatchMetrics: directives } };
}
