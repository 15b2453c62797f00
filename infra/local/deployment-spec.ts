/** Actions, such as `dynamodb:GetItem`, that a policy allows on the resources with these ARNs. */
export interface AllowedActions {
  actions: string[];
  resources: string[];
}

export interface FunctionSpec {
  logicalId: string;
  name: string;
  arn: string;
  /** The ARNs of the aliases of the function. */
  aliasArns: string[];
  region: string;
  /** The actions that the policies of the role allow. Local engines do not check them. */
  allowedActions: AllowedActions[];
  /** The absolute path of the directory that is /var/task on AWS. */
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
  /** The request header with the token. */
  identityHeader: string;
  /** The whole value of the header must match it. */
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
  /** The status that the request template chooses, by its media type. */
  statusCodes: Map<string, number>;
  passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  responses: MockResponse[];
}

export interface MockResponse {
  /** The response is for statuses that match. The response without a pattern is for all others. */
  selectionPattern?: RegExp;
  statusCode: number;
  headers: Record<string, string>;
  body: { mediaType: string; text: string };
  /** If the origin of the request is one of these, it replaces the fixed `Access-Control-Allow-Origin`. */
  allowedOrigins?: string[];
}

/** A token bucket that holds `burst` requests and is refilled at `rate` requests a second. */
export interface ThrottleSpec {
  rate: number;
  burst: number;
}

/** What a JSON Schema says about a body. */
export interface BodyModel {
  /** Whether the body must be an object. */
  isObject: boolean;
  /** The limits for the number of properties of an object. */
  minProperties: number;
  maxProperties: number;
}

export interface MethodSpec {
  logicalId: string;
  resourceId: string;
  /** The path of the resource, such as `/items/{id}`. */
  path: string;
  /** An HTTP method or `ANY`. */
  httpMethod: string;
  authorization: { type: 'NONE' } | { type: 'CUSTOM'; authorizerId: string };
  integration: ProxyIntegration | MockIntegration;
  /** The models that a body must have, by media type. `$default` is for all other types. Absent: any body is valid. */
  bodyModels?: Map<string, BodyModel>;
  /** Absent: the stage sets no limit for the method. */
  throttle?: ThrottleSpec;
}

export interface GatewayResponseSpec {
  statusCode?: number;
  /** The mapping expression of each header: `'static'`, `context.…` or `method.request.…`. */
  headers: Record<string, string>;
  /** The templates by media type. */
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
  /** The gateway responses by type, such as `ACCESS_DENIED` or `DEFAULT_4XX`. */
  gatewayResponses: Map<string, GatewayResponseSpec>;
  binaryMediaTypes: string[];
  /** The minimum size of a compressed response. Absent: responses are not compressed. */
  minimumCompressionBytes?: number;
}

export interface TableSpec {
  logicalId: string;
  name: string;
  /** The resolved properties of the resource. */
  properties: Record<string, unknown>;
}

/** A rule that invokes a function at a rate. */
export interface ScheduleSpec {
  /** The logical id of the rule. */
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
