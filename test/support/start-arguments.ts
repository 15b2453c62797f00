import packageJson from '../../package.json' with { type: 'json' };

/** The arguments that `npm start` passes to node. */
export const startArguments: readonly string[] = packageJson.scripts.start.split(' ').slice(1);
