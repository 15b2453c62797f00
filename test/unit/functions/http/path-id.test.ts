import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../../functions/errors.ts';
import { pathId } from '../../../../functions/http/path-id.ts';
import { createRequestReader } from '../../../../functions/http/request.ts';
import { proxyEvent } from '../../../support/events.ts';

class NoteNotFound extends NotFoundError {}

const idIn = (pathParameters: Readonly<Record<string, string>>) =>
  pathId(createRequestReader(proxyEvent({ pathParameters })), NoteNotFound);

describe('the id in the path', () => {
  it('is a ULID', () => {
    expect(idIn({ id: '01KB6VDEXAMP1E0F0F0F0T0D0X' })).toBe('01KB6VDEXAMP1E0F0F0F0T0D0X');
  });

  it.each([
    { id: '1' },
    { id: '' },
    { id: '01kb6vdexamp1e0f0f0f0t0d0x' },
    { other: '01KB6VDEXAMP1E0F0F0F0T0D0X' },
  ])('throws the error of a missing resource when it is not a ULID: %j', (pathParameters) => {
    expect(() => idIn(pathParameters)).toThrow(NoteNotFound);
  });
});
