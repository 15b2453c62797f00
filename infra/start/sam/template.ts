import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../local/template/assembly.ts';
import { readDeployment } from '../../local/template/deployment.ts';

/** The host name of this machine inside containers. */
export const HOST_NAME = 'host.docker.internal';

const LOOPBACK_MODULE = 'loopback.mjs';

/** The option of Node.js that starts the relay inside a container, before the function. */
export const LOOPBACK_OPTION = `--import=/var/task/${LOOPBACK_MODULE}`;

/**
 * Writes a copy of the synthesized template for `sam local`. In the copy, a function has its code on this machine, the
 * name of the local table, and the services of this machine on its loopback. `--env-vars` cannot do this, because SAM
 * overrides only variables that the template declares.
 * @param assemblyDir a cloud assembly for SAM only, because a module is added to the code of each function
 * @param hostPorts the ports of this machine's loopback that functions call
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
        NODE_OPTIONS: LOOPBACK_OPTION,
      },
    };
  }
  const file = join(assemblyDir, 'sam.template.json');
  writeFileSync(file, JSON.stringify(template));
  return file;
}
