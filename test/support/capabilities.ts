/** A feature that a test may need and that some targets lack. */
export type Capability =
  /** The test can create users at the issuer and have it sign any token. */
  | 'an obedient issuer'
  /** The gateway sends the template's gateway responses, not its own. */
  | 'gateway responses'
  /** A gateway response contains the authorizer's context, which says why a token was denied. */
  | 'denial reasons'
  /** The gateway responds to preflights as the template says. */
  | 'preflights'
  /** The gateway validates bodies by the models of the template. */
  | 'models of bodies'
  /** The gateway compresses long responses as the template says. */
  | 'compression'
  /** The gateway passes the address that the client called to the functions. */
  | 'its own address'
  /** The gateway refuses what API Gateway does not support. */
  | 'the limits of API Gateway'
  /** The API is at the root path, and also under the stage's name. */
  | 'the root path';

/** The deployment that the end-to-end tests call. Tests that need a missing feature are skipped. */
export interface Target {
  readonly name: string;
  /** The missing features, each with the reason. */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>;
  /** The address of the API for clients, without a final slash. */
  readonly apiUrl: string;
  /** The address that the API uses for itself in the URLs of its responses. */
  readonly toldUrl: string;
  /** The issuer that tests can control: its address, and the address of its control server. */
  readonly issuer?: { readonly url: string; readonly controlUrl: string };
  /** Access tokens of two users, when tests cannot control the issuer. */
  readonly tokens: readonly string[];
}

/** The name of each kind of target, and what it lacks. */
export const targets = {
  local: { name: 'the local deployment', lacks: {} },
  stage: {
    name: 'a stage on AWS',
    lacks: { 'the root path': 'a stage has only the path with its name' },
  },
  sam: {
    name: 'sam local',
    lacks: {
      'gateway responses': 'it responds with its own messages',
      'denial reasons': 'it responds with its own messages',
      preflights: 'it responds to them with 200',
      'models of bodies': 'it does not support request validators',
      compression: 'it does not support MinimumCompressionSize',
      'the limits of API Gateway': 'it has others',
      'the root path': 'it has no path with the name of a stage',
    },
  },
  ministack: {
    name: 'ministack',
    lacks: {
      'denial reasons': 'it does not replace $context.authorizer in a gateway response',
      'models of bodies': 'it does not support request validators',
      compression: 'it does not support MinimumCompressionSize',
      'its own address': 'it passes no domain name to functions',
      'the limits of API Gateway': 'it has others',
      'the root path': 'a stage has only the path with its name',
    },
  },
} as const satisfies Record<string, Pick<Target, 'name' | 'lacks'>>;
