import type { OpenAPIObject } from 'openapi3-ts/oas31';

/** The path template of a document that an address's path is of; one with fewer parameters goes first. */
export function findPath(document: OpenAPIObject, path: string): string | undefined {
  const segments = path.replace(/\/$/, '').split('/');
  const candidates = Object.keys(document.paths ?? {}).filter((template) => {
    const parts = template.split('/');
    return (
      parts.length === segments.length &&
      parts.every((part, i) => (part.startsWith('{') ? segments[i] !== '' : part === segments[i]))
    );
  });
  const parameters = (template: string) => template.split('{').length;
  return candidates.sort((a, b) => parameters(a) - parameters(b))[0];
}
