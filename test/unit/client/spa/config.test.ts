import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoSpaClient } from '../../../../infra/start/demo.ts';
import { readLocalSettings } from '../../../../infra/start/settings.ts';
import { projectDir } from '../../../support/local-process.ts';

const text = readFileSync(join(projectDir, 'test/client/spa/config.js'), 'utf8');
const readValue = (name: string) => new RegExp(`\\b${name}: '(.*)',`).exec(text)?.[1];

describe('the values of the front end', () => {
  it('are those of npm start', () => {
    const { port, issuerPort, audience } = readLocalSettings({});
    expect(readValue('domain')).toBe(`http://127.0.0.1:${issuerPort}`);
    expect(readValue('clientId')).toBe(demoSpaClient.clientId);
    expect(readValue('audience')).toBe(audience);
    expect(readValue('apiUrl')).toBe(`http://127.0.0.1:${port}`);
  });
});
