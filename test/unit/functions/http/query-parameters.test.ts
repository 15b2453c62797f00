import { describe, expect, it } from 'vitest';
import {
  acceptParameters,
  invalidQuery,
  unknownParameters,
} from '../../../../functions/http/query-parameters.ts';
import { problemOf } from '../../../support/problems.ts';

const known = ['limit', 'cursor', 'completed', 'date_from', 'date_to', 'ordering'];

describe('an unknown parameter', () => {
  it.each([
    ['complete', 'completed'],
    ['complted', 'completed'],
    ['Completed', 'completed'],
    ['completed[]', 'completed'],
    [' completed', 'completed'],
    ['dateFrom', 'date_from'],
    ['date-to', 'date_to'],
    ['limits', 'limit'],
    ['order', 'ordering'],
    ['orderin', 'ordering'],
    ['date', 'date_to'],
  ])('is named, with the parameter that was meant: %s', (name, meant) => {
    expect(unknownParameters(known, { [name]: ['x'] })).toEqual({
      [name]: [`is no parameter of this route: did you mean ${meant}?`],
    });
  });

  it.each(['page', 'offset', 'q', '', 'lim', '__proto__', 'constructor', 'x'.repeat(8_000)])(
    'is named without a guess when no parameter is close: %j',
    (name) => {
      const errors = unknownParameters(known, Object.fromEntries([[name, ['1']]]));
      expect(Object.entries(errors)).toEqual([[name, ['is no parameter of this route']]]);
    },
  );

  it('is named on a route without parameters', () => {
    expect(unknownParameters([], { limit: ['1'] })).toEqual({ limit: ['is no parameter of this route'] });
  });
});

describe('the known parameters', () => {
  it('have no error, whatever their values', () => {
    expect(unknownParameters(known, { limit: ['x', 'y'], cursor: undefined })).toEqual({});
    expect(acceptParameters(['code', 'state'])({ code: ['a'], state: ['b'] })).toBeUndefined();
  });

  it('are the only ones that are accepted', () => {
    expect(
      problemOf(() => acceptParameters(['state'])({ state: ['a'], stat: ['b'], x: ['c'] })),
    ).toMatchObject({
      kind: 'invalid_request',
      message: 'The query is invalid.',
      fieldErrors: {
        stat: ['is no parameter of this route: did you mean state?'],
        x: ['is no parameter of this route'],
      },
    });
  });
});

describe('parameters that contradict each other', () => {
  it('have the same kind of error', () => {
    expect(invalidQuery({ until: ['must not be before since'] })).toMatchObject({
      kind: 'invalid_request',
      message: 'The query is invalid.',
      fieldErrors: { until: ['must not be before since'] },
    });
  });
});
