import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** Generates the types of a document, as `npx openapi-typescript --default-non-nullable=false` does. */
export async function generateTypes(document: object): Promise<string> {
  // The library changes the document, so it gets a copy. Fields with a default are optional in a request.
  const options = { defaultNonNullable: false };
  return astToString(await openapiTypescript(structuredClone(document) as OpenAPI3, options));
}
