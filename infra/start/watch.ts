import { createHash } from 'node:crypto';
import { cpSync, type FSWatcher, readFileSync, watch } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { build, formatMessages, type Message } from 'esbuild';
import { bundleDir, bundleFile, functionIds, rebundleFunctions } from '../build/bundle.ts';

const projectDir = join(import.meta.dirname, '../..');
const watched = ['functions', 'infra'].map((folder) => join(projectDir, folder));
/** Editors save in several steps. */
const SETTLE_MS = 50;

export interface WatchOptions {
  /** Where each new set of bundles is written. */
  readonly outdir: string;
  /** The bundles of the synthesis, where some have files beside their code. */
  readonly deployedBundles: string;
  /** Takes the folders of the bundles that changed, by the ids of their functions. */
  readonly onBundles: (changed: ReadonlyMap<string, string>) => void;
  /** Called when a file changed that the stack is made of. */
  readonly onStackChange: () => Promise<void>;
  /** Takes what is wrong with the code; what served before goes on serving. */
  readonly onError: (message: string) => void;
}

/** Bundles anew whenever the code of the functions or of the stack is saved. */
export async function watchCode(options: WatchOptions): Promise<{ close(): void }> {
  const { outdir, deployedBundles, onBundles, onStackChange, onError } = options;
  let digests = new Map<string, string>();
  let stackFiles = await findStackFiles();
  let round = 0;
  let pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function rebundle(): Promise<ReadonlyMap<string, string>> {
    const roundDir = join(outdir, String(++round));
    cpSync(deployedBundles, roundDir, { recursive: true });
    await rebundleFunctions(roundDir);
    const next = new Map(functionIds.map((id) => [id, digest(bundleFile(roundDir, id))]));
    const changed = functionIds.filter((id) => next.get(id) !== digests.get(id));
    digests = next;
    return new Map(changed.map((id) => [id, bundleDir(roundDir, id)]));
  }

  async function apply(files: ReadonlySet<string>): Promise<void> {
    try {
      const changed = await rebundle();
      if (changed.size > 0) onBundles(changed);
      if ([...files].some((file) => stackFiles.has(file))) {
        await onStackChange();
        stackFiles = await findStackFiles();
      }
    } catch (error) {
      onError(await describe(error));
    }
  }

  function changed(file: string): void {
    pending.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = pending;
      pending = new Set();
      running = running.then(() => apply(files));
    }, SETTLE_MS);
  }

  await rebundle();
  const watchers: FSWatcher[] = watched.map((folder) =>
    watch(folder, { recursive: true }, (_event, name) => {
      if (name?.endsWith('.ts')) changed(toProjectPath(join(folder, name)));
    }),
  );
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** The files that the CDK app imports: a change of another one cannot change the template. */
async function findStackFiles(): Promise<ReadonlySet<string>> {
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
}

function toProjectPath(path: string): string {
  return relative(projectDir, path).split(sep).join('/');
}

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

async function describe(error: unknown): Promise<string> {
  const messages = (error as { errors?: Message[] }).errors;
  if (!messages) return error instanceof Error ? error.message : String(error);
  return (await formatMessages(messages, { kind: 'error', color: false })).join('\n').trim();
}
