import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { readOriginTemplate } from '../../../../../infra/local/template/origin-template.ts';

/** The response template of a preflight, as the CDK writes it. */
function templateOf(allowOrigins: string[]): string {
  const stack = new Stack(new App(), 'Test');
  new RestApi(stack, 'Api', { defaultCorsPreflightOptions: { allowOrigins } });
  const [method] = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Method'));
  return method?.Properties.Integration.IntegrationResponses[0].ResponseTemplates['application/json'];
}

const [first, second, third] = [
  'https://a.example.com',
  'http://localhost:5173',
  'https://c.example.com',
] as const;

describe('the template of a preflight for several origins', () => {
  it('is read from the template of the CDK, without the first origin, which is a fixed header', {
    tags: 'long',
  }, () => {
    expect(readOriginTemplate(templateOf([first, second]))).toEqual([second]);
    expect(readOriginTemplate(templateOf([first, second, third]))).toEqual([second, third]);
  });

  it.each<[string, (template: string) => string]>([
    ['another directive', (template) => `${template}\n#set($x = 1)`],
    ['another comparison', (template) => template.replace('$origin == "http', '$origin != "http')],
    ['another header', (template) => template.replace('Allow-Origin', 'Allow-Methods')],
    ['no template', () => ''],
  ])('is not recognized with %s', (_name, change) => {
    expect(readOriginTemplate(change(templateOf([first, second])))).toBeUndefined();
  });
});
