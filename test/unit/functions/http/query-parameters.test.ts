import { describe, expect, it } from 'vitest';
import {
  acceptParameters,
  invalidQuery,
  unknownParameters,
} from '../../../../functions/http/query-parameters.ts';
import { problemOf } from '../../../support/problems.ts';

const known = ['limit', 'cursor', 'completed', 'date_from', 'date_to', 'ordering'];

describe('an unknown parameter', () => {
  it('is named, with the parameter that was meant', () => {
    expect(unknownParameters(known, { complete: ['x'], 'date-to': ['x'] })).toEqual({
      complete: ['is no parameter of this route: did you mean completed?'],
      'date-to': ['is no parameter of this route: did you mean date_to?'],
    });
  });

  it.each(['page', '__proto__', 'constructor'])(
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
