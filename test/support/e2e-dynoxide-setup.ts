import type { TestProject } from 'vitest/node';
import { startDynoxide } from './dynoxide.ts';
import setup from './e2e-setup.ts';

/** The same on the second engine. */
export default (project: TestProject): Promise<() => Promise<void>> => setup(project, startDynoxide);
