import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The part of the logger that the code uses. Fields are ids, codes and numbers: never a token, an email
 * address or a todo's text.
 */
export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A logger that writes one JSON object a line, as CloudWatch Logs Insights reads it. */
export function createLogger(): Log {
  return new Logger({ serviceName: 'todo-api' });
}
