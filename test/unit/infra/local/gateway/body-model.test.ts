import { describe, expect, test } from 'vitest';
import type { BodyModel } from '../../../../../infra/local/deployment-spec.ts';
import { validateBody } from '../../../../../infra/local/gateway/body-model.ts';

const any: BodyModel = { isObject: false, minProperties: 0, maxProperties: Number.POSITIVE_INFINITY };
const oneProperty: BodyModel = { isObject: true, minProperties: 1, maxProperties: 1 };
const models = new Map([
  ['application/json', oneProperty],
  ['text/json', any],
]);

/** 'valid', or the name of the failure. */
function validate(contentType: string | undefined, body: string | undefined, ofMethod = models) {
  try {
    validateBody(ofMethod, contentType, body === undefined ? undefined : Buffer.from(body));
    return 'valid';
  } catch (error) {
    return (error as { failure: string }).failure;
  }
}

describe('the model of a body', () => {
  test.each([
    ['{"a":1}', 'valid'],
    ['{"a":1,"b":2}', 'BAD_REQUEST_BODY'],
    ['{}', 'BAD_REQUEST_BODY'],
    ['[1]', 'BAD_REQUEST_BODY'],
    ['null', 'BAD_REQUEST_BODY'],
    ['{', 'BAD_REQUEST_BODY'],
    [undefined, 'BAD_REQUEST_BODY'],
  ])('decides on %s: %s', (body, result) => {
    expect(validate('application/json', body)).toBe(result);
  });

  test('is that of the media type, with or without parameters, and that of JSON without a type', () => {
    expect(validate('Application/JSON; charset=utf-8', '{}')).toBe('BAD_REQUEST_BODY');
    expect(validate(undefined, '{}')).toBe('BAD_REQUEST_BODY');
    expect(validate('text/json', '[1]')).toBe('valid');
    expect(validate('text/json', '[')).toBe('BAD_REQUEST_BODY');
    expect(validate('text/json', undefined)).toBe('valid');
  });

  test('is that of $default for any other media type, and without it the body is not validated', () => {
    expect(validate('image/png', 'x')).toBe('valid');
    const withDefault = new Map([...models, ['$default', oneProperty] as const]);
    expect(validate('image/png', 'x', withDefault)).toBe('BAD_REQUEST_BODY');
    expect(validate('', '{"a":1}', withDefault)).toBe('valid');
  });
});
