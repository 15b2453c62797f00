/**
 * Whether a media type is among those that an API declares as binary.
 *
 * @param mediaType of a Content-Type or Accept header, parameters allowed
 * @param binaryMediaTypes such as `image/png`, `image/*` or `*` + `/*`
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
