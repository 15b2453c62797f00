import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployLocally, type LocalDeployment } from '../../infra/local/deploy.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../infra/local/dynamodb/engine.ts';
import { type Issuer, type IssuerOptions, startIssuer } from '../../infra/local/issuer/issuer.ts';
import { apiScopes, demoClients } from '../../infra/start/demo.ts';
import { temporaryFolder } from './cloud-assembly.ts';
import { AUDIENCE, writeSystemAssembly } from './system-assembly.ts';

export { AUDIENCE } from './system-assembly.ts';

export interface SystemOptions {
  readonly issuer?: Partial<IssuerOptions>;
  /** A file with the JWK Set that is deployed; the keys of the issuer by default. */
  readonly keysFile?: string;
  /** Settings of the deployment, beside those of Auth0. With any, the system needs a synthesis of its own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Starts the engine; the embedded one by default. */
  readonly startEngine?: () => Promise<DynamoDbEngine>;
  /** Stands between the functions and the engine, whose address it gets. */
  readonly intercept?: (endpoint: string) => Promise<{ endpoint: string; close(): Promise<void> }>;
  /** Takes what the functions print, line by line; kept as `output` if it is left out. */
  readonly onOutput?: (line: string) => void;
}

export interface System {
  readonly apiUrl: string;
  readonly issuer: Issuer;
  readonly deployment: LocalDeployment;
  /** What the functions printed, unless `onOutput` took it. */
  readonly output: readonly string[];
  close(): Promise<void>;
}

/** Everything that `npm start` runs, on free ports and with nothing kept: issuer, engine, and the synthesized stack. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const folder = temporaryFolder();
  const issuer = await startIssuer({
    port: 0,
    audience: AUDIENCE,
    scopes: apiScopes,
    clients: demoClients,
    ...options.issuer,
  });
  const engine = await (options.startEngine ?? startDynamoDb)();
  const interceptor = await options.intercept?.(engine.endpoint);

  const keysFile = join(folder.path, 'jwks.json');
  writeFileSync(keysFile, JSON.stringify(issuer.publicJwks()));
  await writeSystemAssembly(
    folder.path,
    { domain: issuer.domain, keysFile: options.keysFile ?? keysFile },
    options.settings,
  );
  const output: string[] = [];
  const deployment = await deployLocally({
    assemblyDir: folder.path,
    dynamoDbEndpoint: interceptor?.endpoint ?? engine.endpoint,
    port: 0,
    onOutput: options.onOutput ?? ((line) => output.push(line)),
  });
  return {
    apiUrl: deployment.url,
    issuer,
    deployment,
    output,
    async close() {
      await deployment.close();
      await interceptor?.close();
      await engine.close();
      await issuer.stop();
      folder.remove();
    },
  };
}
