import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';

/** The function of the package that `a0deploy import` calls. The package is not installed when the types are checked. */
type Deploy = (options: unknown) => Promise<void>;

const { deploy }: { deploy: Deploy } = createRequire(import.meta.url)('auth0-deploy-cli');
await deploy(workerData);
