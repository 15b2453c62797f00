// Plain JavaScript, since this runs on whichever Node.js there is. Lambda runs Node 24, and so do we: npm
// installs it as a development dependency and finds it before any other.
const REQUIRED_MAJOR = '24';

if (process.versions.node.split('.')[0] !== REQUIRED_MAJOR) {
  process.stderr.write(
    `This needs Node.js ${REQUIRED_MAJOR}, and ${process.version} is running. Run "npm ci" without --ignore-scripts: it installs the right one into node_modules, and npm scripts use it.\n`,
  );
  process.exit(1);
}
