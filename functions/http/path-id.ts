import { isUlid } from '../dynamodb/ulid.ts';
import type { NotFoundError } from '../errors.ts';
import type { RequestReader } from './request.ts';

/**
 * The id in the path. A text that no resource can have as its id finds nothing, so it needs no call of DynamoDB.
 * @param NotFound the error for a text that is no id
 * @throws {NotFoundError} when the text is no id
 * @example const id = pathId(request, NoteNotFound);
 */
export function pathId(
  { pathParameters }: Pick<RequestReader, 'pathParameters'>,
  NotFound: new () => NotFoundError,
): string {
  const { id } = pathParameters;
  if (id === undefined || !isUlid(id)) throw new NotFound();
  return id;
}
