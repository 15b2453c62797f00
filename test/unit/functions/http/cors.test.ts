import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { corsHeaders, readAllowedOrigins } from '../../../../functions/http/cors.ts';

const app = 'https://app.example.com';
const local = 'http://localhost:5173';

describe('the allowed origins', () => {
  it('are all origins, unless some are configured', () => {
    expect(readAllowedOrigins(undefined)).toEqual(['*']);
    expect(readAllowedOrigins('')).toEqual(['*']);
    expect(readAllowedOrigins(`${app},${local}`)).toEqual([app, local]);
  });
});

describe('a response', () => {
  it('allows every origin with *, and does not vary by origin', () => {
    expect(corsHeaders(['*'], app, 'Accept')).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      Vary: 'Accept',
    });
  });

  it.each([app, local])('allows only the configured origin that sent the request: %s', (origin) => {
    expect(corsHeaders([app, local], origin, 'Accept')).toMatchObject({
      'Access-Control-Allow-Origin': origin,
      Vary: 'Accept, Origin',
    });
  });

  it.each([undefined, 'null', `${app}.evil.com`, 'https://app-example.com', app.toUpperCase()])(
    'allows no other origin: %s',
    (origin) => {
      const headers = corsHeaders([app, local], origin, 'Accept');
      expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
      expect(headers.Vary).toBe('Accept, Origin');
    },
  );

  it('never repeats an origin that is not configured', () => {
    fc.assert(
      fc.property(fc.string(), (origin) => {
        const allowed = corsHeaders([app], origin, '')['Access-Control-Allow-Origin'];
        expect(allowed).toBe(origin === app ? app : undefined);
      }),
    );
  });
});
