import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startIssuer } from '../../infra/local/issuer/issuer.ts';
import { apiScopes, demoClients } from '../../infra/start/demo.ts';
import { type Target, targets } from '../support/capabilities.ts';
import { temporaryFolder } from '../support/cloud-assembly.ts';
import { serveControl } from '../support/control.ts';
import { projectDir } from '../support/local-process.ts';
import { AUDIENCE } from '../support/system.ts';
import { createCdk } from './cdk.ts';
import { startMinistack } from './ministack.ts';
import { findPython } from './python.ts';

/** What a test needs to deploy the stack again. */
export interface DeployedStack {
  readonly endpoint: string;
  readonly region: string;
  readonly folder: string;
  /** A copy of the app, so that a test can change it. It contains the cloud assembly, `cdk.out`. */
  readonly app: string;
  readonly settings: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    target: Target;
    stack: DeployedStack;
  }
}

const REGION = 'eu-central-1';

/**
 * Deploys the stack with `cdk bootstrap` and `cdk deploy`, as the target of the end-to-end tests. Ministack takes the
 * place of AWS, and the local issuer takes the place of an Auth0 tenant.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const python = findPython();
  if (python === undefined) throw new Error('Python 3.10 or later is needed.');
  const folder = temporaryFolder();
  const ministack = await startMinistack(python, folder.path);
  const issuer = await startIssuer({ port: 0, audience: AUDIENCE, scopes: apiScopes, clients: demoClients });
  const control = await serveControl(issuer);
  const close = async () => {
    await control.close();
    await issuer.stop();
    await ministack.close();
    folder.remove();
  };

  try {
    const stack = {
      endpoint: ministack.endpoint,
      region: REGION,
      folder: folder.path,
      app: copyApp(folder.path),
      // Ministack has no sampling rules of X-Ray.
      settings: { AUTH0_DOMAIN: issuer.domain, AUTH0_API_AUDIENCE: AUDIENCE, TRACE_PERCENT: '0' },
    };
    const apiUrl = await deployFirst(stack);
    const { host, pathname } = new URL(apiUrl);
    const [apiId] = host.split('.');
    const stage = pathname.replaceAll('/', '');
    project.provide('stack', stack);
    project.provide('target', {
      ...targets.ministack,
      apiUrl: `${ministack.endpoint}/restapis/${apiId}/${stage}/_user_request_`,
      toldUrl: `https://undefined/${stage}`,
      issuer: { url: issuer.url, controlUrl: control.url },
      tokens: [],
    });
    return close;
  } catch (error) {
    process.stderr.write(ministack.log());
    await close();
    throw error;
  }
}

/** The source map of a bundle depends on the app's folder. So the copy is used from the first deployment on. */
function copyApp(folder: string): string {
  const app = join(folder, 'app');
  for (const name of ['functions', 'infra', 'cdk.json', 'package.json', 'tsconfig.json']) {
    cpSync(join(projectDir, name), join(app, name), { recursive: true });
  }
  symlinkSync(join(projectDir, 'node_modules'), join(app, 'node_modules'));
  return app;
}

/** @returns the URL of the API, from the outputs of the stack */
async function deployFirst(stack: DeployedStack): Promise<string> {
  const cdk = createCdk(stack);
  const outputs = join(stack.folder, 'outputs.json');
  await cdk.run('bootstrap');
  await cdk.run('deploy', '--require-approval', 'never', '--outputs-file', outputs);
  const [values] = Object.values<Record<string, string>>(JSON.parse(readFileSync(outputs, 'utf8')));
  if (!values?.ApiUrl) throw new Error('The stack has no output ApiUrl');
  return values.ApiUrl;
}
