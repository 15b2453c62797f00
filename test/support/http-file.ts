/** A request of an `.http` file, before its placeholders are replaced. */
export interface HttpFileRequest {
  readonly title: string;
  /** Later requests use this name to refer to the response. */
  readonly name: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly requests: readonly HttpFileRequest[];
}

/**
 * Parses an `.http` file: lines `@name = value`, then requests. `###` starts each request.
 * Source: the README of REST Client for Visual Studio Code.
 */
export function parseHttpFile(text: string): HttpFile {
  const [head = '', ...sections] = text.split(/^###/m);
  return {
    variables: Object.fromEntries(
      [...head.matchAll(/^@(\w+) *= *(.+)$/gm)].map(([, name, value]) => [name, value]),
    ),
    requests: sections.map(parseRequest),
  };
}

function parseRequest(section: string): HttpFileRequest {
  const [title = '', ...lines] = section.split('\n');
  const name = lines.map((line) => /^# @name (\w+)$/.exec(line)?.[1]).find(Boolean);
  const request = lines.filter((line) => !line.startsWith('#'));
  const blank = request.indexOf('');
  const [start = '', ...headers] = request.slice(0, blank < 0 ? undefined : blank);
  const [method = '', url = ''] = start.split(' ');
  const body = request
    .slice(blank + 1)
    .join('\n')
    .trim();
  return {
    title: title.trim(),
    name,
    method,
    url,
    headers: Object.fromEntries(headers.map((line) => line.split(/: */, 2) as [string, string])),
    body: blank >= 0 && body !== '' ? body : undefined,
  };
}

/** Replaces each `{{…}}` in a text with the value that `lookUp` gives for it. */
export function fillIn(text: string, lookUp: (name: string) => string): string {
  return text.replace(/\{\{([^}]+)\}\}/g, (_match, name: string) => lookUp(name));
}
