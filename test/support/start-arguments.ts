import packageJson from '../../package.json' with { type: 'json' };

/** What `npm start` runs, as the arguments of node. */
export const startArguments: readonly string[] = packageJson.scripts.start.split(' ').slice(1);
