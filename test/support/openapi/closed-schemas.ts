/**
 * A copy of a document in which no object may have a member that it does not name. Clients must bear new members;
 * a test must hear of them.
 */
export function closeSchemas<Node>(node: Node): Node {
  if (Array.isArray(node)) return node.map(closeSchemas) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeSchemas(value)]));
  const isOpenObject = copy.type === 'object' && copy.properties !== undefined;
  return (isOpenObject ? { additionalProperties: false, ...copy } : copy) as Node;
}
