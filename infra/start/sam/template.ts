import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleDir } from '../../build/bundle.ts';
import { CODE_FILE } from '../../build/code-file.ts';
import { LOGICAL_ID_HASH_LENGTH } from '../../local/deploy.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { readDeployment } from '../../local/template/deployment.ts';

/** The host name of this machine inside containers. */
export const HOST_NAME = 'host.docker.internal';

const LOOPBACK_MODULE = 'loopback.mjs';

/** The option of Node.js that starts the relay inside a container, before the function. */
export const LOOPBACK_OPTION = `--import=/var/task/${LOOPBACK_MODULE}`;

const SOURCE_MAP_COMMENT = '//# sourceMappingURL=';

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
    inlineSourceMap(
      codePath,
      bundleDir(join(assemblyDir, 'bundles'), logicalId.slice(0, -LOGICAL_ID_HASH_LENGTH)),
    );
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

/**
 * Makes a debugger show the source files of a bundle. A debugger finds the map of a script in its last line, and cannot
 * read the files of the container. So the map is in that line, with absolute paths.
 * @param bundle the folder where the bundle was made. The paths in its map are relative to it.
 */
function inlineSourceMap(codePath: string, bundle: string): void {
  const script = join(codePath, CODE_FILE);
  const mapFile = `${script}.map`;
  // The CDK keeps the code of an earlier synthesis that is the same.
  if (!existsSync(mapFile) || readFileSync(script, 'utf8').includes(SOURCE_MAP_COMMENT)) return;
  const map = JSON.parse(readFileSync(mapFile, 'utf8'));
  map.sources = map.sources.map((source: string) => resolve(bundle, source));
  const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
  appendFileSync(script, `\n${SOURCE_MAP_COMMENT}data:application/json;base64,${encoded}\n`);
}
