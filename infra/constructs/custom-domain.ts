import { DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { CustomDomain as DomainSettings } from '../config/config.ts';

/** A name of one's own for the API: the stage is served at its root, and the name resolves to it. */
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
      // The final dot says that the name is whole: nothing has to be known of the zone's own.
      recordName: `${settings.name}.`,
      target: RecordTarget.fromAlias(new ApiGatewayDomain(domain)),
    });
  }
}
