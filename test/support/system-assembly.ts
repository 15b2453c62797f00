import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDeployedKeys } from '../../functions/authorizer/key-set.ts';
import { readJwksFile } from '../../infra/config/signing-keys.ts';
import { demoSpaClient } from '../../infra/start/demo.ts';
import { type DeploymentSettings, synthesize } from '../../infra/start/synthesize.ts';
import { temporaryFolder } from './cloud-assembly.ts';
import { createSigningKey } from './tokens.ts';

export const AUDIENCE = 'https://todo.example.com';

/** Placeholders for the issuer's domain and keys in the shared assembly. No issuer can have these. */
const NO_DOMAIN = '127.0.0.1:9';
const NO_KEYS = { keys: [createSigningKey('no key').jwk] };
const NO_KEYS_FILE = 'no-keys.json';

/** The issuer that the stack trusts. */
export interface TrustedIssuer {
  readonly domain: string;
  /** A file with the JWK Set that is deployed with the authorizer. */
  readonly keysFile: string;
}

function synthesizeFor(outdir: string, { domain, keysFile }: TrustedIssuer, settings: DeploymentSettings) {
  return synthesize(outdir, {
    AUTH0_DOMAIN: domain,
    AUTH0_API_AUDIENCE: AUDIENCE,
    AUTH0_JWKS_FILE: keysFile,
    AUTH0_DOCS_CLIENT_ID: demoSpaClient.clientId,
    ...settings,
  });
}

/**
 * Vitest's global setup: synthesizes the stack once for all systems of the run, because a synthesis takes seconds.
 * The processes of the tests inherit the variable with the folder.
 */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env.SHARED_ASSEMBLY !== undefined) return;
  const { path, remove } = temporaryFolder();
  process.env.SHARED_ASSEMBLY = path;
  const keysFile = join(path, NO_KEYS_FILE);
  writeFileSync(keysFile, JSON.stringify(NO_KEYS));
  await synthesizeFor(path, { domain: NO_DOMAIN, keysFile }, {});
  return remove;
}

/**
 * Writes the cloud assembly of the stack. It is a copy of the shared assembly, with this issuer in place of the
 * placeholders. Without a shared assembly, or with other settings than the default, the stack is synthesized.
 */
export async function writeSystemAssembly(
  outdir: string,
  issuer: TrustedIssuer,
  settings: DeploymentSettings = {},
): Promise<void> {
  const shared = process.env.SHARED_ASSEMBLY;
  if (shared === undefined || Object.keys(settings).length > 0) {
    await synthesizeFor(outdir, issuer, settings);
    return;
  }
  cpSync(shared, outdir, { recursive: true });
  const [noKeys, keys] = [join(shared, NO_KEYS_FILE), issuer.keysFile].map((file) =>
    JSON.stringify(formatDeployedKeys(readJwksFile(file))),
  ) as [string, string];
  for (const name of globSync('**/*.{json,html}', { cwd: outdir })) {
    const file = join(outdir, name);
    const text = readFileSync(file, 'utf8');
    const filled = text.replaceAll(NO_DOMAIN, issuer.domain).replaceAll(noKeys, keys);
    if (filled !== text) writeFileSync(file, filled);
  }
}
