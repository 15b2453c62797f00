import { describe, expect, it } from 'vitest';
import type { Issuer } from '../../../../infra/local/issuer/issuer.ts';
import { describeSystem } from '../../../../infra/start/banner.ts';
import { readLocalSettings } from '../../../../infra/start/settings.ts';

const frontEnd = 'npm run spa';
const system = { apiUrl: 'http://127.0.0.1:3000', docsUrl: undefined };

describe('what npm start prints', () => {
  it('says how to open the front end', () => {
    const issuer = { url: 'http://127.0.0.1:3001/' } as Issuer;
    expect(describeSystem({ ...system, settings: readLocalSettings({}), issuer })).toContain(frontEnd);
  });

  it('does not name the front end with a tenant, because its values are those of the local issuer', () => {
    const settings = readLocalSettings({
      AUTH0_DOMAIN: 'tenant.eu.auth0.com',
      AUTH0_API_AUDIENCE: 'https://a.example',
    });
    expect(describeSystem({ ...system, settings, issuer: undefined })).not.toContain(frontEnd);
  });
});
