import { TemplateError } from './template-error.ts';

/**
 * Makes a regular expression that matches a whole value, as API Gateway does.
 *
 * @param where names the place in an error
 * @throws {TemplateError} if it is not a regular expression of JavaScript
 */
export function wholeMatch(expression: string, where: string): RegExp {
  try {
    return new RegExp(`^(?:${expression})$`);
  } catch (cause) {
    throw new TemplateError(`${where}: ${expression} is not a regular expression`, { cause });
  }
}

/** Gives the text of a static mapping value, which has single quotes, or undefined for another mapping. */
export function staticValue(expression: string): string | undefined {
  return /^'.*'$/s.test(expression) ? expression.slice(1, -1) : undefined;
}
