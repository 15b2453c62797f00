/**
 * The media type of a body, without its parameters and in lower case. It may be malformed.
 * @param contentType the header of the request; without it, API Gateway takes JSON
 */
export function mediaTypeOf(contentType = 'application/json'): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * Whether an API declares a media type as binary.
 *
 * @param mediaType from a Content-Type or Accept header, with or without parameters
 * @param binaryMediaTypes patterns such as `image/png`, `image/*` or `*` + `/*`
 */
export function isBinary(mediaType: string | undefined, binaryMediaTypes: string[]): boolean {
  const type = mediaType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return binaryMediaTypes.some((binaryType) => {
    const pattern = binaryType.toLowerCase();
    return (
      pattern === '*/*' ||
      pattern === type ||
      (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)))
    );
  });
}
