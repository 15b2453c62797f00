import { TemplateError } from './template-error.ts';

/**
 * A regular expression that matches a whole value, as API Gateway applies them.
 *
 * @param where names the place in an error
 * @throws TemplateError if the expression is none in JavaScript
 */
export function wholeMatch(expression: string, where: string): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`);
  } catch (cause) {
    throw new TemplateError(`${where}: ${expression} is no regular expression`, { cause });
  }
}

/** The text of a static mapping value, which stands in single quotes; undefined if it is another mapping. */
export function staticValue(expression: string): string | undefined {
  return /^'.*'$/s.test(expression) ? expression.slice(1, -1) : undefined;
}
