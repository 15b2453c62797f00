import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../local/template/assembly.ts';
import { readDeployment } from '../../local/template/deployment.ts';

/** The name under which containers know this machine. */
export const HOST_NAME = 'host.docker.internal';

const LOOPBACK_MODULE = 'loopback.mjs';

/**
 * Writes, beside the synthesized template, a copy of it for `sam local`. In the copy, functions have their code on
 * this machine, the name of the table as it was created, and the services of this machine on their loopback. SAM
 * overrides only variables that a template declares, so that `--env-vars` could not do this.
 * @param assemblyDir a cloud assembly that is used for nothing else: modules are put beside the functions' code
 * @param hostPorts ports of this machine's loopback that functions call
 * @returns the path of the copy
 */
export function writeSamTemplate(
  assemblyDir: string,
  { hostPorts, dynamoDbEndpoint }: { hostPorts: readonly number[]; dynamoDbEndpoint: string },
): string {
  const { template } = readAssembly(assemblyDir);
  for (const { logicalId, codePath, environment } of readDeployment(assemblyDir).functions) {
    const properties = template.Resources[logicalId]?.Properties;
    if (!properties) continue;
    copyFileSync(join(import.meta.dirname, LOOPBACK_MODULE), join(codePath, LOOPBACK_MODULE));
    properties.Code = codePath;
    properties.Environment = {
      Variables: {
        ...environment,
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
        LOOPBACK_HOST: HOST_NAME,
        LOOPBACK_PORTS: hostPorts.join(','),
        NODE_OPTIONS: `--import=/var/task/${LOOPBACK_MODULE}`,
      },
    };
  }
  const file = join(assemblyDir, 'sam.template.json');
  writeFileSync(file, JSON.stringify(template));
  return file;
}
