import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from '../local-process.ts';
import type { Change } from './management-api.ts';

/** The types of the request bodies in Auth0's SDK, by the operation. */
const bodyTypes: Readonly<Record<string, string>> = {
  'POST resource-servers': 'CreateResourceServerRequestContent',
  'PATCH resource-servers': 'UpdateResourceServerRequestContent',
  'POST clients': 'CreateClientRequestContent',
  'PATCH clients': 'UpdateClientRequestContent',
  'POST actions/actions': 'CreateActionRequestContent',
  'PATCH actions/actions': 'UpdateActionRequestContent',
  'PATCH actions/triggers/post-login/bindings': 'UpdateActionBindingsRequestContent',
  'PATCH tenants/settings': 'UpdateTenantSettingsRequestContent',
};

/**
 * Checks the bodies against the types of Auth0's own SDK. An unknown field is an error, as at Auth0.
 * @param folder an empty folder for temporary files
 * @returns the errors of the TypeScript compiler
 */
export function checkPayloadTypes(changes: readonly Change[], folder: string): string {
  // The deployment of an Action has no body.
  const withBody = changes.filter(({ path }) => !path.endsWith('/deploy'));
  const bodies = withBody.map(({ method, path, body }, i) => {
    const type =
      bodyTypes[`${method} ${path.replace(/^(resource-servers|clients|actions\/actions)\/.*/, '$1')}`];
    return `export const body${i}: Management.${type} = ${JSON.stringify(body)};`;
  });
  writeFileSync(
    join(folder, 'bodies.ts'),
    ["import type { Management } from 'auth0';", ...bodies].join('\n'),
  );
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        module: 'nodenext',
        target: 'es2024',
        types: [],
        lib: ['es2024', 'dom'],
        paths: { auth0: [join(projectDir, 'infra/auth0/node_modules/auth0/dist/cjs/index.d.ts')] },
      },
      include: ['bodies.ts'],
    }),
  );
  const tsc = join(projectDir, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '--project', folder], { encoding: 'utf8' }).stdout;
}
