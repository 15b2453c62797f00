/** How the CDK writes a preflight for several origins, with the origins beyond the first. */
const template =
  /^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)\n#if\(\$origin == ""\)\n {2}#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)\n#end\n#if\((?<condition>.+)\)\n {2}#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\n#end$/;
const comparison = /^\$origin == "([^"$#\\]+)"$/;

/**
 * Reads the one response template in VTL that is implemented here: it lets the origin of the request take the place of
 * the fixed `Access-Control-Allow-Origin`, if it is among the given ones.
 *
 * @returns these origins; undefined for any other template
 */
export function readOriginTemplate(text: string): string[] | undefined {
  const condition = template.exec(text)?.groups?.condition;
  const origins = condition?.split(' || ').map((part) => comparison.exec(part)?.[1]);
  return origins?.every((origin) => origin !== undefined) ? origins : undefined;
}
