/** Actions, such as `dynamodb:GetItem`, that are allowed on resources, by their ARNs. */
export interface AllowedActions {
  actions: string[];
  resources: string[];
}

export interface FunctionSpec {
  logicalId: string;
  name: string;
  arn: string;
  /** The ARNs of its aliases. */
  aliasArns: string[];
  region: string;
  /** What the policies of its role allow. No local engine asks; the end-to-end tests do in its place. */
  allowedActions: AllowedActions[];
  /** The directory, absolute, that is /var/task on AWS. */
  codePath: string;
  /** `file.export`, such as `index.handler`. */
  handler: string;
  runtime: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMb: number;
  logGroup: string;
}

export interface AuthorizerSpec {
  id: string;
  functionId: string;
  /** The request header that holds the token. */
  identityHeader: string;
  /** The whole header value must match it. */
  validationRegex?: RegExp;
  ttlSeconds: number;
}

export interface ProxyIntegration {
  type: 'AWS_PROXY';
  functionId: string;
  timeoutMs: number;
}

export interface MockIntegration {
  type: 'MOCK';
  /** The status that the request template of a media type chooses. */
  statusCodes: Map<string, number>;
  passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  responses: MockResponse[];
}

export interface MockResponse {
  /** Which chosen statuses it answers; the one without a pattern answers the rest. */
  selectionPattern?: RegExp;
  statusCode: number;
  headers: Record<string, string>;
  body: { mediaType: string; text: string };
  /** The origins of requests that take the place of the fixed `Access-Control-Allow-Origin`. */
  allowedOrigins?: string[];
}

export interface MethodSpec {
  logicalId: string;
  resourceId: string;
  /** The resource's path, such as `/items/{id}`. */
  path: string;
  /** An HTTP method or `ANY`. */
  httpMethod: string;
  authorization: { type: 'NONE' } | { type: 'CUSTOM'; authorizerId: string };
  integration: ProxyIntegration | MockIntegration;
}

export interface GatewayResponseSpec {
  statusCode?: number;
  /** Header name → mapping expression: `'static'`, `context.…` or `method.request.…`. */
  headers: Record<string, string>;
  /** Media type → template. */
  templates: Record<string, string>;
}

export interface ApiSpec {
  id: string;
  region: string;
  accountId: string;
  stageName: string;
  stageVariables: Record<string, string> | null;
  methods: MethodSpec[];
  authorizers: AuthorizerSpec[];
  /** By response type, such as `ACCESS_DENIED` or `DEFAULT_4XX`. */
  gatewayResponses: Map<string, GatewayResponseSpec>;
  binaryMediaTypes: string[];
  /** From which size on responses are compressed; left out if they are not. */
  minimumCompressionBytes?: number;
}

export interface TableSpec {
  logicalId: string;
  name: string;
  /** The resource's Properties, resolved. */
  properties: Record<string, unknown>;
}

/** A function that is invoked again and again. */
export interface ScheduleSpec {
  /** Of the rule. */
  logicalId: string;
  arn: string;
  intervalMs: number;
  functionId: string;
}

export interface Deployment {
  region: string;
  accountId: string;
  functions: FunctionSpec[];
  api: ApiSpec;
  tables: TableSpec[];
  schedules: ScheduleSpec[];
  outputs: Record<string, string>;
}
