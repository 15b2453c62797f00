import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ampleThrottle } from '../support/ample-throttle.ts';
import { startSystem } from '../support/system.ts';

export interface LocalApi {
  readonly url: string;
  /** Creates a user without todos, and gives an access token. */
  signIn(name: string): Promise<string>;
  /** Writes the document that the API serves to openapi.json in a folder. */
  saveDocument(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the local deployment for clients that are other programs. */
export async function startLocalApi(): Promise<LocalApi> {
  const { apiUrl, issuer, close } = await startSystem({ settings: ampleThrottle });
  return {
    url: apiUrl,
    async signIn(name) {
      const subject = `auth0|${name}`;
      issuer.addUser({ subject, email: `${name}@example.com` });
      return issuer.mintToken({ subject });
    },
    async saveDocument(folder) {
      const response = await fetch(`${apiUrl}/openapi.json`);
      writeFileSync(join(folder, 'openapi.json'), await response.text());
    },
    close,
  };
}
