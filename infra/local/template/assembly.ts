import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { TemplateError } from './template-error.ts';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
});

/** The schema is strict: a section that is not implemented here (Transform, Hooks, …) is an error. */
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() }))
    .default({}),
  /** The CDK's only rule checks the bootstrap stack, which a local deployment does not use. */
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown() }).optional(),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() }))
    .default({}),
});

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const stackPropertiesSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() });

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

export type Template = z.infer<typeof templateSchema>;

export interface Assembly {
  stackName: string;
  template: Template;
  /** The absolute path of the directory that `cdk deploy` uploads as a zip file with this S3 key. */
  assetDirectory(objectKey: string): string | undefined;
}

/**
 * Reads a cloud assembly: the manifest, the template of its one stack, and the asset manifests.
 *
 * @param directory the output directory of `cdk synth`, usually `cdk.out`
 * @throws {TemplateError} if the assembly has no stack or several, or a template section that is not implemented here
 */
export function readAssembly(directory: string): Assembly {
  const artifacts = Object.entries(readJson(directory, 'manifest.json', manifestSchema).artifacts);
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new TemplateError(
      `${directory} has ${stacks.length} stacks, but a local deployment has exactly one`,
    );
  }
  const [artifactId, { properties }] = stack;
  const { templateFile, stackName } = stackPropertiesSchema.parse(properties);

  const directories = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest') continue;
    const { files } = readJson(directory, String(artifact.properties.file), assetsSchema);
    for (const { source, destinations } of Object.values(files)) {
      if (source.packaging !== 'zip' || source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) {
        directories.set(objectKey, resolve(directory, source.path));
      }
    }
  }

  return {
    stackName: stackName ?? artifactId,
    template: readJson(directory, templateFile, templateSchema),
    assetDirectory: (objectKey) => directories.get(objectKey),
  };
}

function readJson<Schema extends z.ZodType>(
  directory: string,
  file: string,
  schema: Schema,
): z.infer<Schema> {
  const path = join(directory, file);
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new TemplateError(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
