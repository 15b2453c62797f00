import { spawnSync } from 'node:child_process';

/** `npm run audit:signatures`: the registry's signatures and attestations of every package that is installed. */
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|found no dependencies to audit/;
const COULD_NOT_CHECK = 3;

const { status, stdout, stderr } = spawnSync('npm', ['audit', 'signatures', '--fetch-retries=0'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const output = `${stdout}${stderr}`;
process.stdout.write(output);
if (status !== 0 && UNREACHABLE.test(output)) {
  process.stderr.write(
    'Nothing was checked: the registry, or the host of the keys that its signatures are checked with, is out of reach.\n',
  );
  process.exitCode = COULD_NOT_CHECK;
} else {
  process.exitCode = status ?? 1;
}
