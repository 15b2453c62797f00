import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

export interface TraceSamplingProps {
  /** The name of the API. */
  readonly apiName: string;
  readonly stageName: string;
  readonly tracesPerSecond: number;
}

/** Rules with a smaller number come first. The default rule of X-Ray has 10,000. */
const PRIORITY = 1_000;

/**
 * How many requests of the stage X-Ray records. The default rule of X-Ray records one request a second and 5 % of all
 * others, so that its price grows with the traffic. This rule records a fixed number.
 * Source: "Configure AWS X-Ray sampling rules for API Gateway APIs" in the API Gateway developer guide
 */
export class TraceSampling extends Construct {
  constructor(scope: Construct, id: string, { apiName, stageName, tracesPerSecond }: TraceSamplingProps) {
    super(scope, id);
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        // At most 32 characters: a stage has 20 at most.
        ruleName: apiName,
        version: 1,
        priority: PRIORITY,
        reservoirSize: tracesPerSecond,
        fixedRate: 0,
        serviceName: `${apiName}/${stageName}`,
        serviceType: 'AWS::ApiGateway::Stage',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
      },
    });
  }
}
