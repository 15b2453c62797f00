import { DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { DomainSettings } from '../config/config.ts';

/** A domain name that serves the stage at its root, and the DNS record for it. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, api: RestApi, settings: DomainSettings) {
    super(scope, id);
    const domain = new DomainName(this, 'Name', {
      domainName: settings.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    domain.addBasePathMapping(api, { stage: api.deploymentStage });
    new ARecord(this, 'Alias', {
      zone: HostedZone.fromHostedZoneId(this, 'Zone', settings.hostedZoneId),
      // The final dot makes the name absolute. Without it, the CDK needs the zone's name to complete it.
      recordName: `${settings.name}.`,
      target: RecordTarget.fromAlias(new ApiGatewayDomain(domain)),
    });
  }
}
