import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** The types of a document, as `npx openapi-typescript --default-non-nullable=false` writes them. */
export async function generateTypes(document: object): Promise<string> {
  // It marks what it has read, so it gets a copy. What has a default may be left out of a request.
  const options = { defaultNonNullable: false };
  return astToString(await openapiTypescript(structuredClone(document) as OpenAPI3, options));
}
