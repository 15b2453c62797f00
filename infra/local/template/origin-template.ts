/** The CDK's template for a preflight with several origins. The condition lists all origins except the first. */
const template =
  /^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)\n#if\(\$origin == ""\)\n {2}#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)\n#end\n#if\((?<condition>.+)\)\n {2}#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\n#end$/;
const comparison = /^\$origin == "([^"$#\\]+)"$/;

/**
 * Reads the one response template in VTL that is implemented here. It replaces the fixed
 * `Access-Control-Allow-Origin` by the origin of the request, if that is one of several origins.
 *
 * @returns these origins, or undefined for another template
 */
export function readOriginTemplate(text: string): string[] | undefined {
  const condition = template.exec(text)?.groups?.condition;
  const origins = condition?.split(' || ').map((part) => comparison.exec(part)?.[1]);
  return origins?.every((origin) => origin !== undefined) ? origins : undefined;
}
