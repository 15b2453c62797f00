import { z } from 'zod';

/** Property names of a resource type that are accepted and change nothing here, each with its reason. */
type WithoutEffect = Record<string, string>;

interface ImplementedType {
  /** Strict: a property that stands neither here nor in `withoutEffect` is an error. */
  schema: z.ZodType;
  withoutEffect: WithoutEffect;
}

/** What a policy names one of, or a list. */
const oneOrMore = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const strings = z.record(z.string(), z.string());
const documentation = { Description: 'documents', Tags: 'labels for billing and search' };

const integrationSchema = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('AWS_PROXY'),
    IntegrationHttpMethod: z.literal('POST'),
    Uri: z.string(),
    TimeoutInMillis: z.number().min(50).default(29_000),
    PassthroughBehavior: z.unknown().optional(),
  }),
  z.strictObject({
    Type: z.literal('MOCK'),
    RequestTemplates: strings.default({}),
    PassthroughBehavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
    IntegrationResponses: z
      .array(
        z.strictObject({
          StatusCode: z.string(),
          SelectionPattern: z.string().optional(),
          ResponseParameters: strings.default({}),
          ResponseTemplates: strings.default({}),
        }),
      )
      .default([]),
  }),
]);

/** Resource types that are deployed. */
export const implemented = {
  'AWS::ApiGateway::RestApi': {
    schema: z.strictObject({
      Name: z.string(),
      BinaryMediaTypes: z.array(z.string()).default([]),
      MinimumCompressionSize: z.number().int().min(0).max(10_485_760).optional(),
    }),
    withoutEffect: {
      ...documentation,
      DisableExecuteApiEndpoint: 'there is one local address, whatever its names on AWS',
      EndpointConfiguration: 'there is one local endpoint, whatever its type on AWS',
      FailOnWarnings: 'concerns imported definitions',
    },
  },
  'AWS::ApiGateway::Resource': {
    schema: z.strictObject({ RestApiId: z.string(), ParentId: z.string(), PathPart: z.string() }),
    withoutEffect: {},
  },
  'AWS::ApiGateway::Method': {
    schema: z.strictObject({
      RestApiId: z.string(),
      ResourceId: z.string(),
      HttpMethod: z.string(),
      AuthorizationType: z.enum(['NONE', 'CUSTOM']).default('NONE'),
      AuthorizerId: z.string().optional(),
      ApiKeyRequired: z.literal(false).optional(),
      Integration: integrationSchema,
      MethodResponses: z
        .array(
          z.strictObject({
            StatusCode: z.string(),
            ResponseParameters: z.record(z.string(), z.boolean()).default({}),
            ResponseModels: z.unknown().optional(),
          }),
        )
        .default([]),
    }),
    withoutEffect: { OperationName: 'names the method in generated clients' },
  },
  'AWS::ApiGateway::Authorizer': {
    schema: z.strictObject({
      RestApiId: z.string(),
      Type: z.literal('TOKEN'),
      AuthorizerUri: z.string(),
      IdentitySource: z.string(),
      IdentityValidationExpression: z.string().optional(),
      AuthorizerResultTtlInSeconds: z.number().int().min(0).max(3600).default(300),
    }),
    withoutEffect: { Name: 'a display name' },
  },
  'AWS::ApiGateway::GatewayResponse': {
    schema: z.strictObject({
      RestApiId: z.string(),
      ResponseType: z.string(),
      StatusCode: z
        .string()
        .regex(/^[2-5]\d\d$/)
        .optional(),
      ResponseParameters: strings.default({}),
      ResponseTemplates: strings.default({}),
    }),
    withoutEffect: {},
  },
  'AWS::ApiGateway::Deployment': {
    schema: z.strictObject({ RestApiId: z.string() }),
    withoutEffect: documentation,
  },
  'AWS::ApiGateway::Stage': {
    schema: z.strictObject({
      RestApiId: z.string(),
      DeploymentId: z.string(),
      StageName: z.string(),
      Variables: strings.optional(),
      CacheClusterEnabled: z.literal(false).optional(),
      /** Throttling, logging and metrics are AWS's operations; a response cache would change answers. */
      MethodSettings: z
        .array(
          z.strictObject({
            HttpMethod: z.string(),
            ResourcePath: z.string(),
            CachingEnabled: z.literal(false).optional(),
            DataTraceEnabled: z.boolean().optional(),
            LoggingLevel: z.string().optional(),
            MetricsEnabled: z.boolean().optional(),
            ThrottlingBurstLimit: z.number().optional(),
            ThrottlingRateLimit: z.number().optional(),
          }),
        )
        .optional(),
    }),
    withoutEffect: {
      ...documentation,
      AccessLogSetting: 'the gateway reports each access to its caller',
      TracingEnabled: 'there is no X-Ray',
    },
  },
  'AWS::Lambda::Function': {
    schema: z.strictObject({
      FunctionName: z.string().optional(),
      Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
      Handler: z.string(),
      Role: z.string(),
      Runtime: z.string(),
      Timeout: z.number().int().min(1).max(900).default(3),
      MemorySize: z.number().int().min(128).max(10_240).default(128),
      Environment: z.strictObject({ Variables: strings.default({}) }).default({ Variables: {} }),
      LoggingConfig: z
        .strictObject({
          LogFormat: z.enum(['Text', 'JSON']).default('Text'),
          LogGroup: z.string().optional(),
          ApplicationLogLevel: z.string().optional(),
          SystemLogLevel: z.string().optional(),
        })
        .default({ LogFormat: 'Text' }),
    }),
    withoutEffect: {
      ...documentation,
      Architectures: "functions run on the host's processor",
      RecursiveLoop: 'functions do not invoke each other here',
      RuntimeManagementConfig: "functions run on this process's Node.js",
      TracingConfig: 'there is no X-Ray',
    },
  },
  'AWS::IAM::Policy': {
    schema: z.strictObject({
      Roles: z.array(z.string()).default([]),
      PolicyDocument: z.strictObject({
        Version: z.string().optional(),
        Statement: z.array(
          z.strictObject({ Effect: z.literal('Allow'), Action: oneOrMore, Resource: oneOrMore }),
        ),
      }),
    }),
    withoutEffect: { PolicyName: 'names the policy within its role' },
  },
  'AWS::Lambda::Alias': {
    schema: z.strictObject({ FunctionName: z.string(), Name: z.string() }),
    withoutEffect: { ...documentation, FunctionVersion: 'there is one version, the code of the assembly' },
  },
  'AWS::Lambda::Permission': {
    schema: z.strictObject({
      Action: z.string(),
      FunctionName: z.string(),
      Principal: z.string(),
      SourceArn: z.string().optional(),
    }),
    withoutEffect: {},
  },
  'AWS::Events::Rule': {
    schema: z.strictObject({
      Name: z.string().optional(),
      ScheduleExpression: z.string(),
      State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
      Targets: z.array(
        z.strictObject({ Arn: z.string(), Id: z.string(), RetryPolicy: z.unknown().optional() }),
      ),
    }),
    withoutEffect: documentation,
  },
  'AWS::DynamoDB::Table': {
    schema: z.looseObject({ TableName: z.string().optional() }),
    withoutEffect: documentation,
  },
} satisfies Record<string, ImplementedType>;

/** Resource types that are accepted and not deployed, each with its reason. */
export const typesWithoutEffect: Record<string, string> = {
  'AWS::ApiGateway::Account': 'lets API Gateway write to CloudWatch',
  'AWS::ApiGateway::BasePathMapping': 'there is one local address, whatever its names on AWS',
  'AWS::ApiGateway::DomainName': 'there is one local address, whatever its names on AWS',
  'AWS::CDK::Metadata': 'usage statistics of the CDK',
  'AWS::CloudWatch::Alarm': 'watches metrics that only AWS has',
  'AWS::CloudWatch::Dashboard': 'shows metrics that only AWS has',
  'AWS::CodeDeploy::Application': 'a release takes place at once',
  'AWS::CodeDeploy::DeploymentGroup': 'a release takes place at once',
  'AWS::IAM::ManagedPolicy': 'no local engine checks permissions',
  'AWS::IAM::Role': 'no local engine checks permissions',
  'AWS::KMS::Key': 'encrypts what only AWS has',
  'AWS::Lambda::Version': 'there is one version, the code of the assembly',
  'AWS::Logs::LogGroup': 'output goes to the console',
  'AWS::Logs::MetricFilter': 'counts in CloudWatch',
  'AWS::Route53::RecordSet': 'there is one local address, whatever its names on AWS',
  'AWS::SNS::Subscription': 'receives alarms',
  'AWS::SNS::Topic': 'carries alarms',
  'AWS::SNS::TopicPolicy': 'carries alarms',
  'AWS::WAFv2::WebACL': 'no firewall stands before this machine',
  'AWS::WAFv2::WebACLAssociation': 'no firewall stands before this machine',
};
