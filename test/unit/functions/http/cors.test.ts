import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corsHeaders, readAllowedOrigins } from '../../../../functions/http/cors.ts';

const app = 'https://app.example.com';
const local = 'http://localhost:5173';

describe('the origins whose pages may call', () => {
  it('are all, unless some are named', () => {
    expect(readAllowedOrigins(undefined)).toEqual(['*']);
    expect(readAllowedOrigins('')).toEqual(['*']);
    expect(readAllowedOrigins(`${app},${local}`)).toEqual([app, local]);
  });
});

describe('an answer', () => {
  it('to any origin says so, and does not depend on which', () => {
    expect(corsHeaders(['*'], app, 'Accept')).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      Vary: 'Accept',
    });
  });

  it.each([app, local])('to one of the named origins is for it alone: %s', (origin) => {
    expect(corsHeaders([app, local], origin, 'Accept')).toMatchObject({
      'Access-Control-Allow-Origin': origin,
      Vary: 'Accept, Origin',
    });
  });

  it.each([undefined, 'null', `${app}.evil.com`, 'https://app-example.com', app.toUpperCase()])(
    'to any other names none: %s',
    (origin) => {
      const headers = corsHeaders([app, local], origin, 'Accept');
      expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
      expect(headers.Vary).toBe('Accept, Origin');
    },
  );

  it('never repeats an origin that is not on the list', () => {
    fc.assert(
      fc.property(fc.string(), (origin) => {
        const allowed = corsHeaders([app], origin, '')['Access-Control-Allow-Origin'];
        expect(allowed).toBe(origin === app ? app : undefined);
      }),
    );
  });
});
