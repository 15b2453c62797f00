import type { MethodSpec } from '../deployment-spec.ts';

export interface RouteMatch {
  method: MethodSpec;
  /** Decoded. Null if the path of the resource has no parameters. */
  pathParameters: Record<string, string> | null;
}

export interface Router {
  /** @param segments the decoded segments of the path */
  match(httpMethod: string, segments: string[]): RouteMatch | undefined;
}

interface Node {
  literals: Map<string, Node>;
  parameter?: { name: string; node: Node };
  greedy?: { name: string; node: Node };
  methods: Map<string, MethodSpec>;
}

interface ResourceMatch {
  node: Node;
  parameters: Record<string, string>;
}

/**
 * Makes a router that chooses as API Gateway does. In each segment it prefers a literal to `{name}`, and `{name}` to
 * `{name+}`. It tries the next choice if one leads to no resource. The path alone chooses the resource. Then the
 * router takes the resource's method, or its ANY.
 */
export function createRouter(methods: MethodSpec[]): Router {
  const root = createNode();
  for (const method of methods) nodeAt(root, splitPath(method.path)).methods.set(method.httpMethod, method);

  return {
    match: (httpMethod, segments) => {
      const found = findResource(root, segments, 0);
      const method = found?.node.methods.get(httpMethod) ?? found?.node.methods.get('ANY');
      if (found === undefined || method === undefined) return undefined;
      return { method, pathParameters: Object.keys(found.parameters).length > 0 ? found.parameters : null };
    },
  };
}

/** Splits a path into its segments. They stay encoded. A trailing slash is ignored. */
export function splitPath(path: string): string[] {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

function findResource(node: Node, segments: string[], index: number): ResourceMatch | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.methods.size > 0 ? { node, parameters: {} } : undefined;

  const literal = node.literals.get(segment);
  const byLiteral = literal && findResource(literal, segments, index + 1);
  if (byLiteral) return byLiteral;

  const { parameter, greedy } = node;
  const byParameter =
    parameter && segment !== '' ? findResource(parameter.node, segments, index + 1) : undefined;
  if (parameter && byParameter) {
    return { node: byParameter.node, parameters: { [parameter.name]: segment, ...byParameter.parameters } };
  }
  if (greedy === undefined) return undefined;
  return { node: greedy.node, parameters: { [greedy.name]: segments.slice(index).join('/') } };
}

function nodeAt(root: Node, segments: string[]): Node {
  let node = root;
  for (const segment of segments) node = childOf(node, segment);
  return node;
}

function childOf(node: Node, segment: string): Node {
  const name = /^\{(.+?)(\+?)\}$/.exec(segment);
  if (name === null) {
    const child = node.literals.get(segment) ?? createNode();
    node.literals.set(segment, child);
    return child;
  }
  const kind = name[2] === '+' ? 'greedy' : 'parameter';
  node[kind] ??= { name: name[1] ?? '', node: createNode() };
  return node[kind].node;
}

function createNode(): Node {
  return { literals: new Map(), methods: new Map() };
}
