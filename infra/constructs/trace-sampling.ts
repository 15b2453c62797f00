import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';

export interface TraceSamplingProps {
  /** The name of the API. */
  readonly apiName: string;
  readonly stageName: string;
  /** How many of a hundred requests X-Ray records. */
  readonly percent: number;
}

/** Rules with a smaller number come first. The default rule of X-Ray has 10,000. */
const PRIORITY = 1_000;

/**
 * How many requests of the stage X-Ray records: a share of all, so that traces cost the same share of the bill at any
 * traffic. The default rule of X-Ray records one request a second and 5 % of all others. The functions and the
 * authorizer follow the decision of the gateway, which is in the header `X-Amzn-Trace-Id`.
 * Source: "Configure AWS X-Ray sampling rules for API Gateway APIs" in the API Gateway developer guide
 */
export class TraceSampling extends Construct {
  constructor(scope: Construct, id: string, { apiName, stageName, percent }: TraceSamplingProps) {
    super(scope, id);
    new CfnSamplingRule(this, 'Rule', {
      samplingRule: {
        // At most 32 characters: a stage has 20 at most.
        ruleName: apiName,
        version: 1,
        priority: PRIORITY,
        reservoirSize: 0,
        fixedRate: percent / 100,
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
