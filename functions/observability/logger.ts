import { Logger } from '@aws-lambda-powertools/logger';
import { type Measurements, toEmbeddedMetrics } from './metrics.ts';

type Fields = Readonly<Record<string, unknown>>;
type Write = (message: string, fields: Fields, measurements?: Measurements) => void;

/**
 * The part of the logger that the code uses. Fields are ids, codes and numbers: never a token, an email
 * address or a todo's text. What a line measures becomes metrics, divided by the line's fields.
 */
export interface Log {
  info: Write;
  warn: Write;
  error: Write;
}

/** A logger that writes one JSON object a line, as CloudWatch Logs Insights reads it. */
export function createLogger(): Log {
  const logger = new Logger({ serviceName: 'todo-api' });
  const namespace = process.env.METRICS_NAMESPACE;
  const writeAt =
    (level: keyof Log): Write =>
    (message, fields, measurements) => {
      const embedded =
        namespace && measurements && toEmbeddedMetrics(namespace, Date.now(), measurements, fields);
      logger[level](message, { ...fields, ...embedded });
    };
  return { info: writeAt('info'), warn: writeAt('warn'), error: writeAt('error') };
}
