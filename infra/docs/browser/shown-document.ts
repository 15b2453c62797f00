interface OpenApiDocument {
  readonly tags?: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, PathItem>>;
}
type PathItem = Readonly<Record<string, { readonly tags?: readonly string[] }>>;

/**
 * Makes the document that the page shows. It has no HEAD, because each GET shows the same headers, and no operation of
 * one group. Where it names kinds of problems, it links to their sections on the page. Fields start empty.
 * @param json an OpenAPI document
 */
export function toShownDocument(json: string, hiddenTag: string): string {
  const document: OpenApiDocument = JSON.parse(json, (key, value) => {
    if (key === 'description' && typeof value === 'string') return linkProblems(value);
    return isParameter(value) ? withoutExample(value) : value;
  });
  const used = new Set<string>();
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const shown = Object.entries(operations).filter(
      ([method, { tags }]) => method !== 'head' && !tags?.includes(hiddenTag),
    );
    for (const [, { tags = [] }] of shown) for (const tag of tags) used.add(tag);
    return [path, Object.fromEntries(shown)];
  });
  // Swagger UI shows a group without operations, too.
  const tags = document.tags?.filter(({ name }) => used.has(name));
  return JSON.stringify({ ...document, tags, paths: Object.fromEntries(paths) });
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema?: { readonly example?: unknown };
}

function isParameter(value: unknown): value is Parameter {
  return typeof value === 'object' && value !== null && 'in' in value && 'name' in value;
}

/** Names the example in the description. Swagger UI would fill it in, and each call would send every header. */
function withoutExample({ example, schema, ...parameter }: Parameter): Parameter {
  const { example: own, ...rest } = schema ?? {};
  const shown = example ?? own;
  const description = [parameter.description, shown === undefined ? '' : `Example: \`${shown}\``];
  return { ...parameter, description: description.filter(Boolean).join(' '), schema: rest };
}

/** Links a kind of problem to its section. Several kinds are only named, because the sections describe them. */
function linkProblems(description: string): string {
  if (!description.startsWith('`#')) return description;
  const kinds = description.split('\n\n').map((text) => text.replace(/^`#([\w-]+)`/, '[$1](#$1)'));
  return kinds.length === 1 ? kinds.join() : kinds.map(nameOf).join(' · ');
}

const nameOf = (text: string) => text.slice(0, text.indexOf(')') + 1);
