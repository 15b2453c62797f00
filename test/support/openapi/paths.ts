import type { OpenAPIObject } from 'openapi3-ts/oas31';

/** Finds the path template of a document that matches a path. A template with fewer parameters is preferred. */
export function findPath(document: OpenAPIObject, path: string): string | undefined {
  const split = (each: string) => each.replace(/\/$/, '').split('/');
  const segments = split(path);
  const candidates = Object.keys(document.paths ?? {}).filter((template) => {
    const parts = split(template);
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
    );
  });
  const parameters = (template: string) => template.split('{').length;
  return candidates.sort((a, b) => parameters(a) - parameters(b))[0];
}
