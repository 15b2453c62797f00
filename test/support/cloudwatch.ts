/** A value that CloudWatch reads from a log line. */
export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The properties of an alarm on one metric, as a template has them. */
export interface CloudWatchAlarm {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic?: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly DatapointsToAlarm?: number;
}

interface EmbeddedMetrics {
  readonly [member: string]: unknown;
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/**
 * The metrics of a log line, one value for each set of dimensions.
 * Source: "Specification: Embedded metric format" in the CloudWatch user guide.
 */
export function readEmbeddedMetrics(line: string): Datapoint[] {
  const document: EmbeddedMetrics = JSON.parse(line);
  return (document._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name }) =>
      Dimensions.map((names) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(names.map((name) => [name, String(document[name])])),
        value: Number(document[Name]),
      })),
    ),
  );
}

/**
 * The alarms that ring when all these values fall into one period, and one period is enough. A metric is its
 * namespace, its name and exactly its dimensions: CloudWatch adds up no others.
 * Source: "CloudWatch concepts", Dimensions, in the CloudWatch user guide.
 * @param alarms by their logical ids
 */
export function ringingAlarms(
  alarms: Readonly<Record<string, CloudWatchAlarm>>,
  datapoints: readonly Datapoint[],
): string[] {
  return Object.entries(alarms)
    .filter(([, alarm]) => {
      if (alarm.DatapointsToAlarm !== 1 || alarm.Statistic !== 'Sum') return false;
      if (alarm.ComparisonOperator !== 'GreaterThanOrEqualToThreshold') return false;
      const values = datapoints.filter((datapoint) => isMetricOf(alarm, datapoint)).map(({ value }) => value);
      return values.length > 0 && values.reduce((sum, value) => sum + value, 0) >= alarm.Threshold;
    })
    .map(([id]) => id);
}

function isMetricOf(alarm: CloudWatchAlarm, { namespace, name, dimensions }: Datapoint): boolean {
  const own = alarm.Dimensions ?? [];
  return (
    alarm.Namespace === namespace &&
    alarm.MetricName === name &&
    own.length === Object.keys(dimensions).length &&
    own.every(({ Name, Value }) => dimensions[Name] === Value)
  );
}
