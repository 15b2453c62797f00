/** What a test may need beside the API itself, where not every target can do it. */
export type Capability =
  /** An issuer that makes users and signs tokens as the test tells it. */
  | 'an obedient issuer'
  /** The template's gateway responses, in place of the gateway's own answers. */
  | 'gateway responses'
  /** The authorizer's context in a gateway response: why a token was denied. */
  | 'denial reasons'
  /** Preflights answered as the template says. */
  | 'preflights'
  /** Long answers compressed, as the template says. */
  | 'compression'
  /** The gateway tells functions the address that the client called. */
  | 'its own address'
  /** The API at the root, beside its place under the stage's name. */
  | 'the root path';

/** Where the end-to-end tests run. What it lacks, it lacks for a reason, and tests that need it are left out by it. */
export interface Target {
  readonly name: string;
  readonly lacks: Readonly<Partial<Record<Capability, string>>>;
  /** Where clients reach the API, without a final slash. */
  readonly apiUrl: string;
  /** What the API takes for its address, and puts before the paths that it tells. */
  readonly toldUrl: string;
  /** The obedient issuer: its address, and that of its control. */
  readonly issuer?: { readonly url: string; readonly controlUrl: string };
  /** Access tokens of two users, where the issuer does not obey. */
  readonly tokens: readonly string[];
}

/** What is known of each kind of target. */
export const targets = {
  local: { name: 'the local deployment', lacks: {} },
  stage: {
    name: 'a stage on AWS',
    lacks: { 'the root path': 'a stage is reached under its name alone' },
  },
  sam: {
    name: 'sam local',
    lacks: {
      'gateway responses': 'it answers with messages of its own',
      'denial reasons': 'it answers with messages of its own',
      preflights: 'it answers them with 200',
      compression: 'it does not know MinimumCompressionSize',
      'the root path': 'it has no other',
    },
  },
  ministack: {
    name: 'ministack',
    lacks: {
      'denial reasons': 'it leaves $context.authorizer in a gateway response as it stands',
      compression: 'it does not know MinimumCompressionSize',
      'its own address': 'it tells functions no domain name',
      'the root path': 'a stage is reached under its name alone',
    },
  },
} as const satisfies Record<string, Pick<Target, 'name' | 'lacks'>>;
