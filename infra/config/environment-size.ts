/** Lambda measures the environment as JSON. Source: "Lambda quotas" in the Lambda developer guide. */
const LIMIT_BYTES = 4_096;

/** For the variables that the constructs add: the names of the table, of the metrics' namespace and of a read. */
const RESERVED_BYTES = 400;

/** Whether Lambda accepts a function with this environment. It refuses a larger one during the deployment. */
export function fitsIntoFunction(environment: Readonly<Record<string, string>>): boolean {
  return Buffer.byteLength(JSON.stringify(environment)) + RESERVED_BYTES <= LIMIT_BYTES;
}

/** The name of the variable that takes the most bytes. */
export function largestVariable(environment: Readonly<Record<string, string>>): string {
  const bytesOf = ([name, value]: [string, string]) => Buffer.byteLength(name + value);
  const [largest = ['', '']] = Object.entries(environment).sort((a, b) => bytesOf(b) - bytesOf(a));
  return largest[0];
}
