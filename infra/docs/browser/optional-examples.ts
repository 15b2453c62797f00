interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly parameters?: readonly { readonly required?: boolean; readonly example?: unknown }[];
}

/**
 * Leaves out the examples of optional parameters. Swagger UI fills them in, and a person who wants the whole list would
 * send every filter.
 * @param json an OpenAPI document
 */
export function withoutOptionalExamples(json: string): string {
  const document: OpenApiDocument = JSON.parse(json);
  const paths = Object.entries(document.paths).map(([path, operations]) => [
    path,
    Object.fromEntries(Object.entries(operations).map(([method, each]) => [method, withoutExamples(each)])),
  ]);
  return JSON.stringify({ ...document, paths: Object.fromEntries(paths) });
}

function withoutExamples(operation: Operation): Operation {
  if (operation.parameters === undefined) return operation;
  const parameters = operation.parameters.map(({ example, ...parameter }) =>
    parameter.required ? { ...parameter, example } : parameter,
  );
  return { ...operation, parameters };
}
