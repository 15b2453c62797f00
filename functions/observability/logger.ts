import { Logger } from '@aws-lambda-powertools/logger';
import { product } from '../product.ts';
import { type Measurements, toEmbeddedMetrics } from './metrics.ts';

type Fields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields: Fields, measurements?: Measurements) => void;

/**
 * The part of the logger that the code uses. Fields are ids, codes and numbers. They are never a token, an email
 * address or the text of a resource. What a line measures becomes metrics, divided by the line's fields.
 */
export interface Log {
  info: Write;
  warn: Write;
  error: Write;
}

/**
 * A logger that writes one JSON object per line, as CloudWatch Logs Insights reads it.
 * @param now milliseconds since the epoch, for the metrics
 */
export function createLogger(now: () => number): Log {
  const logger = new Logger({ serviceName: product.name });
  const namespace = process.env.METRICS_NAMESPACE;
  const writeAt =
    (level: keyof Log): Write =>
    (message, fields, measurements) => {
      const embedded = namespace && measurements && toEmbeddedMetrics(namespace, now(), measurements);
      logger[level](message, { ...fields, ...embedded });
    };
  return { info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') };
}

/** Formats a line and writes it nowhere, so that the code has run once before the first line. */
export function rehearseLine(log: Log): void {
  const { stdout } = process;
  const { write } = stdout;
  stdout.write = () => true;
  try {
    log.info('rehearsal', {}, { InternalErrors: 0 });
  } finally {
    stdout.write = write;
  }
}
