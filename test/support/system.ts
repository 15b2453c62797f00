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
  /** A file with the JWK Set that is deployed. Default: the keys of the issuer. */
  readonly keysFile?: string;
  /** Settings of the deployment, in addition to those of Auth0. With any setting, the stack is synthesized again. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Starts the engine. Default: the embedded engine. */
  readonly startEngine?: () => Promise<DynamoDbEngine>;
  /** Starts a proxy between the functions and the engine. It takes the address of the engine. */
  readonly intercept?: (endpoint: string) => Promise<{ endpoint: string; close(): Promise<void> }>;
  /** Takes each line that the functions print. Default: `output` keeps the lines. */
  readonly onOutput?: (line: string) => void;
}

export interface System {
  readonly apiUrl: string;
  readonly issuer: Issuer;
  /** Where the functions reach the engine. */
  readonly dynamoDbEndpoint: string;
  readonly deployment: LocalDeployment;
  /** The lines that the functions printed. It is empty when the options have `onOutput`. */
  readonly output: readonly string[];
  close(): Promise<void>;
}

/** Starts what `npm start` runs: issuer, engine, and the synthesized stack. Uses free ports, and keeps no data. */
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
  const dynamoDbEndpoint = interceptor?.endpoint ?? engine.endpoint;
  const deployment = await deployLocally({
    assemblyDir: folder.path,
    dynamoDbEndpoint,
    port: 0,
    onOutput: options.onOutput ?? ((line) => output.push(line)),
  });
  return {
    apiUrl: deployment.url,
    issuer,
    dynamoDbEndpoint,
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
