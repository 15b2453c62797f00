import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the reason why no certificate can be created on this machine; undefined if one can. */
export function whyNoCertificate(): string | undefined {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'openssl, which creates the certificate of the DynamoDB engine, is not installed';
  }
}

/** The certificate that `createCertificate` writes, for NODE_EXTRA_CA_CERTS. */
export const certificateFile = (folder: string) => join(folder, 'certificate.pem');

/** Creates a certificate for localhost. Node.js cannot, and OpenSSL is part of most systems. */
export function createCertificate(folder: string): { readonly key: Buffer; readonly cert: Buffer } {
  const keyFile = join(folder, 'key.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certificateFile(folder)],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(keyFile), cert: readFileSync(certificateFile(folder)) };
}
