import { spawnSync } from 'node:child_process';
import { runScript } from '../../../infra/start/command.ts';
import { type CommandLine, readCommandLine } from '../../../infra/start/options.ts';

const commandLine: CommandLine = {
  usage: 'npm run audit:signatures',
  summary:
    "Checks the registry's signatures and attestations of every installed package. Exit code 3: the registry cannot be reached, so nothing was checked.",
};

const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|found no dependencies to audit/;
const COULD_NOT_CHECK = 3;

async function main(): Promise<void> {
  readCommandLine(commandLine, process.argv.slice(2));
  const { status, stdout, stderr } = spawnSync('npm', ['audit', 'signatures', '--fetch-retries=0'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const output = `${stdout}${stderr}`;
  process.stdout.write(output);
  const isUnreachable = status !== 0 && UNREACHABLE.test(output);
  if (isUnreachable) {
    process.stderr.write(
      'Nothing was checked: the registry or the host of its signing keys cannot be reached.\n',
    );
  }
  process.exitCode = isUnreachable ? COULD_NOT_CHECK : (status ?? 1);
}

await runScript(main);
