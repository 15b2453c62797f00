import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ConfigError } from '../../functions/config.ts';
import { product } from '../../functions/product.ts';

/** How many requests a second are let through, and how many at once beyond that. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** A deployment of the API beside others in the same account, and how careful it is with what it holds. */
export interface Stage {
  /** Part of every physical name, so that stages do not meet. */
  readonly name: string;
  /** Whether the table and the logs outlive the stack, and neither can be deleted by mistake. */
  readonly isDurable: boolean;
  readonly logRetention: RetentionDays;
  readonly throttle: Throttle;
}

type StagePolicy = Omit<Stage, 'name'>;

/** Everything goes with `cdk destroy`. */
const sandbox: StagePolicy = {
  isDurable: false,
  logRetention: RetentionDays.ONE_WEEK,
  throttle: { rate: 50, burst: 100 },
};

const prod: StagePolicy = {
  isDurable: true,
  logRetention: RetentionDays.THREE_MONTHS,
  throttle: { rate: 500, burst: 1_000 },
};

/** Where the metrics of a stage are found in CloudWatch. */
export function metricsNamespace({ name }: Stage): string {
  return `${product.name}/${name}`;
}

const PROD = 'prod';
const SANDBOX = 'sandbox';
/** A sandbox of one's own, such as `dev-anna`. The prefix keeps a misspelt `prod` from becoming a sandbox. */
const ownSandbox = /^dev-[a-z0-9]{1,16}$/;

/**
 * The stage of a name; without one, the sandbox.
 * @throws {ConfigError} for any name but `sandbox`, `prod` and `dev-<letters and digits>`
 */
export function readStage(name: string | undefined): Stage {
  if (!name || name === SANDBOX) return { name: SANDBOX, ...sandbox };
  if (name === PROD) return { name, ...prod };
  if (ownSandbox.test(name)) return { name, ...sandbox };
  throw new ConfigError(
    `stage must be sandbox, prod, or a sandbox of your own such as dev-anna (up to 16 small letters and digits), not ${JSON.stringify(name)}.`,
  );
}
