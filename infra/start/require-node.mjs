import { readFileSync } from 'node:fs';

// Plain JavaScript, because any version of Node.js may run this file. Lambda runs Node.js 24. npm installs the same
// version as a development dependency, and npm scripts find it first.
const REQUIRED_MAJOR = '24';

if (process.versions.node.split('.')[0] !== REQUIRED_MAJOR) {
  process.stderr.write(
    `This needs Node.js ${REQUIRED_MAJOR}, and ${process.version} is running. Run "npm ci" without --ignore-scripts: it installs the right one into node_modules, and npm scripts use it.\n`,
  );
  process.exit(1);
}

// After a clone or a pull without "npm ci", one sentence is clearer than the stack of a failed import.
const projectDir = new URL('../../', import.meta.url);
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(new URL('package.json', projectDir), 'utf8'),
);
for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
  const installed = readVersion(new URL(`node_modules/${name}/package.json`, projectDir));
  if (installed === version) continue;
  process.stderr.write(
    `${name} ${version} is not installed${installed ? ` (but ${installed})` : ''}. Run "npm ci": it installs what package-lock.json names.\n`,
  );
  process.exit(1);
}

function readVersion(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).version;
  } catch {
    return undefined;
  }
}
