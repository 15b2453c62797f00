/**
 * The metrics of the functions: the unit, and by which fields of the log line each is told apart. A field has few
 * values, since CloudWatch bills every combination as a metric of its own: never an id of anything.
 */
export const metrics = {
  /** Milliseconds within the function. Its sample count is the number of requests. */
  RouteLatency: { unit: 'Milliseconds', by: [['route']] },
  /** Requests that met a change by someone else: 412 and 422. */
  Conflicts: { unit: 'Count', by: [['outcome']] },
  /** Runs of the authorizer; what the gateway answers from its cache is not among them. */
  Authorizations: { unit: 'Count', by: [['outcome'], ['outcome', 'reason']] },
  /** Identities that were seen for the first time, and linked to a user. */
  SignIns: { unit: 'Count', by: [[]] },
  UserinfoRequests: { unit: 'Count', by: [['outcome']] },
  JwksRequests: { unit: 'Count', by: [['outcome']] },
} as const satisfies Record<string, { unit: 'Count' | 'Milliseconds'; by: readonly (readonly string[])[] }>;

export type MetricName = keyof typeof metrics;

/** What a log line measures. */
export type Measurements = Readonly<Partial<Record<MetricName, number>>>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Members that make a log line report metrics, too: CloudWatch reads them out of the log (embedded metric format),
 * so that a metric costs no call and no import. A field that the line lacks, or that is no text, divides nothing.
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
