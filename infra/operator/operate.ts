import { resolve } from 'node:path';
import type { Environment } from '../../functions/config.ts';
import { ulid } from '../../functions/dynamodb/ulid.ts';
import { createAddressOwners } from '../../functions/users/address-owners.ts';
import { createLinkStore } from '../../functions/users/links.ts';
import { createUserStore } from '../../functions/users/store.ts';
import { UserError } from '../local/user-error.ts';
import { type CommandLine, readCommandLine } from '../start/options.ts';
import { type Action, actions, isAction } from './actions.ts';
import { confirm, type Terminal } from './confirm.ts';
import { findUser } from './find-user.ts';
import { localTarget, stageTarget } from './target.ts';

const actionList = Object.entries(actions).map(([name, { summary }]) => `${name}: ${summary}`);

const commandLine: CommandLine = {
  usage: 'npm run user -- <action> <user> [--stage <stage>] [--yes]',
  summary: `Does an action on one user of a deployed stage, or of the system that npm start runs.\n\n${actionList.join('\n')}`,
  arguments: {
    action: `${Object.keys(actions).join(', ')}.`,
    user: 'An email address, a subject of Auth0 such as "auth0|66f0c1d2e3a4b5c6d7e8f9a0", or a user id.',
  },
  options: { yes: 'Do it without a question. Needed where there is no terminal.' },
  values: { stage: 'A deployed stage, such as prod. Without it: the system that npm start runs.' },
  environment: {
    AWS_REGION: 'Region of the stage. Credentials also come from the environment or from a profile.',
    DATA_DIR: 'Folder of the local system. Default: .local.',
  },
};

/** What the command takes from its process. */
export interface OperatorProcess {
  readonly environment: Environment;
  readonly terminal: Terminal;
  /** Prints a result. */
  readonly print: (text: string) => void;
  /** Prints a line of the log of operations. Only the local system has its log on the terminal. */
  readonly printLog: (line: string) => void;
}

/**
 * `npm run user`: what an operator does for one user, when the user cannot do it, or must not be here any more.
 * @param args the command line, without the names of Node.js and of the script
 * @throws {UserError} when the command line, the system or the user is wrong, and when the operator does not agree
 * @example await operate(['block', 'ann@example.com', '--stage', 'prod'], { environment: process.env, terminal, print, printLog });
 */
export async function operate(
  args: readonly string[],
  { environment, terminal, print, printLog }: OperatorProcess,
): Promise<void> {
  const { options, values, positionals } = readCommandLine(commandLine, args);
  const [name = '', named, ...others] = positionals;
  if (!isAction(name) || named === undefined || others.length > 0) {
    throw new UserError(`Usage: ${commandLine.usage}\n${actionList.join('\n')}`);
  }
  const target =
    values.stage === undefined
      ? localTarget(resolve(environment.DATA_DIR || '.local'), printLog)
      : await stageTarget(values.stage);
  const dependencies = { ...target, now: Date.now, newId: ulid };
  const action: Action = actions[name];
  await confirm(`This will ${action.effect} ${named} of ${target.name}.`, options.has('yes'), terminal);

  const directory = {
    users: createUserStore(dependencies),
    links: createLinkStore(dependencies, 'none'),
    owners: createAddressOwners(dependencies),
    issuer: target.issuer,
  };
  const user = await findUser(directory, named);
  const line = { operation: name, user_id: user.id };
  // The line comes first: an action that cannot be logged is not done.
  await target.log({ ...line, outcome: 'begun' });
  const result = await action.run(dependencies, user);
  await target.log({ ...line, outcome: result.outcome });
  print(result.text);
}
