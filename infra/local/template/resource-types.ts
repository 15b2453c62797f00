import { z } from 'zod';

/** Properties of a resource type that are accepted and have no effect, each with the reason. */
type WithoutEffect = Record<string, string>;

interface ImplementedType {
  /** The schema is strict: a property that is neither here nor in `withoutEffect` is an error. */
  schema: z.ZodType;
  withoutEffect: WithoutEffect;
}

/** A policy has one string or a list. */
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
      DisableExecuteApiEndpoint: 'the local deployment has one address',
      EndpointConfiguration: 'the local deployment has one endpoint',
      FailOnWarnings: 'applies to imported definitions',
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
      RequestModels: strings.default({}),
      RequestValidatorId: z.string().optional(),
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
  'AWS::ApiGateway::Model': {
    schema: z.strictObject({
      RestApiId: z.string(),
      Name: z.string().optional(),
      Schema: z.strictObject({
        $schema: z.string().optional(),
        type: z.literal('object').optional(),
        minProperties: z.number().int().min(0).optional(),
        maxProperties: z.number().int().min(0).optional(),
      }),
    }),
    withoutEffect: { ...documentation, ContentType: 'the method says which media types have the model' },
  },
  'AWS::ApiGateway::RequestValidator': {
    schema: z.strictObject({
      RestApiId: z.string(),
      ValidateRequestBody: z.boolean().default(false),
      ValidateRequestParameters: z.literal(false).optional(),
    }),
    withoutEffect: { Name: 'a display name' },
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
      /** Logging and metrics have no effect here. A response cache would, so it is refused. */
      MethodSettings: z
        .array(
          z.strictObject({
            HttpMethod: z.string(),
            ResourcePath: z.string(),
            CachingEnabled: z.literal(false).optional(),
            DataTraceEnabled: z.boolean().optional(),
            LoggingLevel: z.string().optional(),
            MetricsEnabled: z.boolean().optional(),
            ThrottlingBurstLimit: z.number().int().min(0).optional(),
            ThrottlingRateLimit: z.number().min(0).optional(),
          }),
        )
        .optional(),
    }),
    withoutEffect: {
      ...documentation,
      AccessLogSetting: 'the gateway passes each access to its caller',
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
      Architectures: 'functions run on the processor of this machine',
      RecursiveLoop: 'functions do not invoke each other here',
      RuntimeManagementConfig: 'functions run on the Node.js of this process',
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
    withoutEffect: { PolicyName: 'the name of the policy in its role' },
  },
  'AWS::Lambda::Alias': {
    schema: z.strictObject({ FunctionName: z.string(), Name: z.string() }),
    withoutEffect: {
      ...documentation,
      FunctionVersion: 'each function has one version, the code of the assembly',
    },
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

/** Resource types that are accepted and have no effect, each with the reason. */
export const typesWithoutEffect: Record<string, string> = {
  'AWS::ApiGateway::Account': 'allows API Gateway to write to CloudWatch',
  'AWS::ApiGateway::BasePathMapping': 'the local deployment has one address',
  'AWS::ApiGateway::DomainName': 'the local deployment has one address',
  'AWS::Budgets::Budget': 'watches the costs of an account',
  'AWS::CDK::Metadata': 'usage statistics of the CDK',
  'AWS::CloudWatch::Alarm': 'watches metrics that only AWS has',
  'AWS::CloudWatch::Dashboard': 'shows metrics that only AWS has',
  'AWS::CodeDeploy::Application': 'a release takes effect at once',
  'AWS::CodeDeploy::DeploymentGroup': 'a release takes effect at once',
  'AWS::IAM::ManagedPolicy': 'local engines do not check permissions',
  'AWS::IAM::Role': 'local engines do not check permissions',
  'AWS::KMS::Key': 'encrypts resources of AWS',
  'AWS::Lambda::EventInvokeConfig': 'a scheduled function runs once, and is not tried again',
  'AWS::Lambda::Version': 'each function has one version, the code of the assembly',
  'AWS::Logs::LogGroup': 'output goes to the console',
  'AWS::Logs::MetricFilter': 'counts in CloudWatch',
  'AWS::Route53::RecordSet': 'the local deployment has one address',
  'AWS::SNS::Subscription': 'receives alarms',
  'AWS::SNS::Topic': 'sends alarms',
  'AWS::SNS::TopicPolicy': 'sends alarms',
  'AWS::WAFv2::WebACL': 'the local deployment has no firewall',
  'AWS::WAFv2::WebACLAssociation': 'the local deployment has no firewall',
  'AWS::XRay::SamplingRule': 'there is no X-Ray',
};
