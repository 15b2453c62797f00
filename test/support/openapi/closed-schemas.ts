/**
 * Copies a document, and lets its objects have no other members than the documented ones. Clients must accept new
 * members, but a test must report them.
 */
export function closeSchemas<Node>(node: Node): Node {
  if (Array.isArray(node)) return node.map(closeSchemas) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closeSchemas(value)]));
  const isOpenObject = copy.type === 'object' && copy.properties !== undefined;
  return (isOpenObject ? { additionalProperties: false, ...copy } : copy) as Node;
}
