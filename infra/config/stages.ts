import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ConfigError } from '../../functions/config.ts';
import { product } from '../../functions/product.ts';

/**
 * The rate is in requests per second. The burst is how many requests may arrive at once.
 * Source: "Throttle requests to your REST APIs" in the API Gateway developer guide.
 */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

/** One of several deployments in the same account. */
export interface Stage {
  /** Part of every physical name, so that the names of two stages never collide. */
  readonly name: string;
  /** Whether the table and the logs are kept when the stack is deleted, and are protected against deletion. */
  readonly isDurable: boolean;
  readonly logRetention: RetentionDays;
  /** What happens to the logs when the stack is deleted. */
  readonly logRemoval: RemovalPolicy;
  readonly throttle: Throttle;
  /** How many of a hundred requests X-Ray records. */
  readonly tracePercent: number;
  /** How many of a hundred successful requests the functions log. */
  readonly logSuccessPercent: number;
}

type StagePolicy = Omit<Stage, 'name'>;

/** `cdk destroy` deletes everything. */
const sandbox: StagePolicy = {
  isDurable: false,
  logRetention: RetentionDays.ONE_WEEK,
  logRemoval: RemovalPolicy.DESTROY,
  throttle: { rate: 50, burst: 100 },
  tracePercent: 100,
  logSuccessPercent: 100,
};

const prod: StagePolicy = {
  isDurable: true,
  logRetention: RetentionDays.THREE_MONTHS,
  // A first deployment that fails must leave no empty log groups behind.
  logRemoval: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  throttle: { rate: 500, burst: 1_000 },
  // At ten requests a second, these are 864 traces a day.
  tracePercent: 0.1,
  logSuccessPercent: 1,
};

/** The CloudWatch namespace of a stage's own metrics. */
export function metricsNamespace({ name }: Stage): string {
  return `${product.name}/${name}`;
}

/** The name of a stage's stack. */
export function stackNameOf({ name }: Pick<Stage, 'name'>): string {
  return `${product.name}-${name}`;
}

const PROD = 'prod';
const SANDBOX = 'sandbox';
/**
 * A personal sandbox, such as `dev-anna`, or the preview of a pull request, such as `dev-pr-7`. The prefix keeps a
 * misspelt `prod` from becoming a sandbox.
 */
const ownSandbox = /^dev-([a-z0-9]{1,16}|pr-[1-9][0-9]{0,8})$/;

/**
 * The stage with this name. The default is the sandbox.
 * @throws {ConfigError} for any name but `sandbox`, `prod`, `dev-<letters and digits>` and `dev-pr-<number>`
 */
export function readStage(name: string | undefined): Stage {
  if (!name || name === SANDBOX) return { name: SANDBOX, ...sandbox };
  if (name === PROD) return { name, ...prod };
  if (ownSandbox.test(name)) return { name, ...sandbox };
  throw new ConfigError(
    `stage must be sandbox, prod, a personal sandbox such as dev-anna (dev- and up to 16 small letters and digits), or the preview of a pull request such as dev-pr-7, not ${JSON.stringify(name)}.`,
  );
}
