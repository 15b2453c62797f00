import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { watch } from 'chokidar';
import { build } from 'esbuild';
import { CODE_FILE } from '../build/code-file.ts';
import { UserError } from '../local/user-error.ts';
import type { BundleResult } from './bundle-worker.ts';
import {
  type CodeError,
  describeCodeError,
  projectDir,
  readBuildFailure,
  readCodeError,
} from './code-error.ts';
import { explainFileError } from './file-error.ts';

/** Code that this process has loaded. Only a new process loads it again. */
const SERVER_FOLDERS = ['infra/local/', 'infra/start/'];

const watched = ['functions', 'infra', 'cdk.json'].map((name) => join(projectDir, name));

/** What the project is made of. The temporary files of editors and of `sed -i` end in other ways. */
const SOURCE = /\.(?:css|html|js|json|mjs|svg|ts)$/;

/** Dependencies and hidden files. */
const ignored = /(?:^|\/)(?:node_modules|\.[^/]+)(?:\/|$)/;

/** Editors save in several steps. */
const SETTLE_MS = 50;

export interface WatchOptions {
  /** The folder for the bundles of changed functions. */
  readonly outdir: string;
  /** The folder with the bundles of the running deployment, and the files beside them. */
  readonly deployedBundles: () => string;
  /** Takes the bundles that changed: their folders by the ids of their functions. */
  readonly onBundles: (changed: ReadonlyMap<string, string>) => void;
  /** Called when a file of the stack changed. Rejects when the changed stack cannot be deployed. */
  readonly onStackChange: () => Promise<void>;
  /** Takes the files that only a restart loads. */
  readonly onServerChange: (files: readonly string[]) => void;
  /** Takes the reason why the change is not live. The last good version goes on serving. */
  readonly onError: (message: string) => void;
  /** Called when the first change after an error is live. */
  readonly onMended: () => void;
}

/** Bundles the changed functions, or reports a changed stack, whenever a file is saved. */
export async function watchCode(options: WatchOptions): Promise<{ close(): Promise<void> }> {
  const { outdir, deployedBundles, onBundles, onStackChange, onServerChange, onError, onMended } = options;
  rmSync(outdir, { recursive: true, force: true });
  /** The folder of each function's live bundle. */
  let live = bundlesIn(deployedBundles());
  let stackFiles = await findStackFiles();
  let stackIsStale = false;
  let isBroken = false;
  let round = 0;
  let pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function swapFunctions(): Promise<void> {
    const roundDir = join(outdir, String(++round));
    try {
      await bundle(roundDir);
      const changed = new Map(
        [...bundlesIn(roundDir)].filter(([id, dir]) => !hasSameCode(dir, live.get(id))),
      );
      for (const [id, dir] of changed) {
        // Some functions have files beside their code, which the synthesis writes.
        cpSync(join(deployedBundles(), id), dir, { recursive: true, force: false });
      }
      if (changed.size > 0) onBundles(changed);
      live = new Map([...live, ...changed]);
    } finally {
      removeUnusedBundles(outdir, new Set(live.values()));
    }
  }

  async function deployStack(): Promise<void> {
    await onStackChange();
    live = bundlesIn(deployedBundles());
    rmSync(outdir, { recursive: true, force: true });
  }

  async function apply(files: readonly string[]): Promise<void> {
    const ofServer = files.filter((file) => SERVER_FOLDERS.some((folder) => file.startsWith(folder)));
    if (ofServer.length > 0) onServerChange(ofServer);
    const others = files.filter((file) => !ofServer.includes(file));
    if (others.length === 0) return;
    try {
      // Set first: what does not compile now may be a file of the stack.
      const before = stackFiles;
      stackIsStale ||= others.some((file) => before.has(file) || !file.startsWith('functions/'));
      stackFiles = await findStackFiles();
      stackIsStale ||= others.some((file) => stackFiles.has(file));
      if (stackIsStale) await deployStack();
      else await swapFunctions();
      stackIsStale = false;
      if (isBroken) onMended();
      isBroken = false;
    } catch (error) {
      isBroken = true;
      onError(describe(error));
    }
  }

  const watcher = watch(watched, {
    ignoreInitial: true,
    ignored: (path) => ignored.test(toProjectPath(path)),
  });
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir' || !SOURCE.test(path)) return;
    pending.add(toProjectPath(path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...pending];
      pending = new Set();
      running = running.then(() => apply(files));
    }, SETTLE_MS);
  });
  watcher.on('error', (error) => onError(describe(error)));
  await once(watcher, 'ready');
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

async function bundle(outdir: string): Promise<void> {
  const worker = new Worker(new URL('bundle-worker.ts', import.meta.url), { workerData: { outdir } });
  const [errors] = (await once(worker, 'message')) as [BundleResult];
  if (errors) throw compileError(errors);
}

/** The files that the CDK app imports. A change of any other file of functions/ cannot change the template. */
async function findStackFiles(): Promise<ReadonlySet<string>> {
  try {
    const { metafile } = await build({
      entryPoints: [join(projectDir, 'infra/app.ts')],
      absWorkingDir: projectDir,
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    return new Set(Object.keys(metafile.inputs));
  } catch (error) {
    const errors = readBuildFailure(error);
    throw errors ? compileError(errors) : error;
  }
}

function compileError(errors: readonly CodeError[]): UserError {
  return new UserError(errors.map(describeCodeError).join('\n\n'));
}

function describe(error: unknown): string {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UserError) return message;
  return explainFileError(message) ?? describeCodeError(readCodeError(stack));
}

/** The folders of the bundles, by the ids of their functions. */
function bundlesIn(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((id) => [id, join(folder, id)]));
}

function hasSameCode(bundleDir: string, otherDir: string | undefined): boolean {
  const codeOf = (dir: string) => readFileSync(join(dir, CODE_FILE), 'utf8');
  return otherDir !== undefined && codeOf(bundleDir) === codeOf(otherDir);
}

function removeUnusedBundles(outdir: string, used: ReadonlySet<string>): void {
  if (!existsSync(outdir)) return;
  for (const roundDir of bundlesIn(outdir).values()) {
    const all = [...bundlesIn(roundDir).values()];
    const unused = all.filter((dir) => !used.has(dir));
    for (const dir of unused.length === all.length ? [roundDir] : unused) {
      rmSync(dir, { recursive: true, force: true });
    }
  }
}

function toProjectPath(path: string): string {
  return relative(projectDir, path).split(sep).join('/');
}
