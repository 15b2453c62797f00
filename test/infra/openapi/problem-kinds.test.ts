import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describedProblemKinds } from '../../../infra/openapi/problem-kinds.ts';
import { projectDir } from '../../support/local-process.ts';

const guide = readFileSync(join(projectDir, 'functions/README.md'), 'utf8');

describe('the kinds of problems', () => {
  it('have stable names, because clients compare them', () => {
    expect(describedProblemKinds.map(({ fragment, status }) => `${status} ${fragment}`)).toEqual([
      '400 invalid-request',
      '400 request-refused',
      '401 token-required',
      '401 malformed-authorization',
      '401 token-expired',
      '401 invalid-token',
      '403 insufficient-scope',
      '403 machine-token',
      '403 profile-missing',
      '403 profile-unavailable',
      '403 blocked-at-issuer',
      '403 user-blocked',
      '403 email-missing',
      '403 email-malformed',
      '403 email-unverified',
      '403 connection-unverified',
      '403 no-room-for-identity',
      '403 forbidden',
      '403 blocked-by-firewall',
      '404 not-found',
      '404 unknown-route',
      '409 storage-full',
      '412 stale-version',
      '413 content-too-large',
      '415 unsupported-media-type',
      '422 idempotency-key-reused',
      '428 precondition-required',
      '429 too-many-requests',
      '500 internal-error',
      '503 service-unavailable',
      '504 gateway-timeout',
    ]);
  });

  it.each(describedProblemKinds)('say what happened and what to do: $fragment', ({ meaning, remedy }) => {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  });

  it('are in the API reference of functions/README.md', () => {
    for (const { fragment } of describedProblemKinds) expect(guide).toContain(`\`#${fragment}\``);
  });
});
