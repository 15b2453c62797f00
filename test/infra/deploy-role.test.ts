import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DeployRoleStack, readDeployRoleConfig } from '../../infra/github/deploy-role.ts';

const complete = { GITHUB_REPOSITORY: 'octo-org/todo-api', GITHUB_ENVIRONMENT: 'prod' };
const read = (settings: Readonly<Record<string, string>>) => readDeployRoleConfig((name) => settings[name]);

function synthesize(settings: Readonly<Record<string, string>> = {}): Template {
  return Template.fromStack(new DeployRoleStack(new App(), read({ ...complete, ...settings })));
}

const bootstrapRole = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-${name}-\${AWS::AccountId}-\${AWS::Region}`,
});

describe('the role that GitHub assumes', () => {
  it('can assume the three bootstrap roles that a deployment needs, and do nothing else', () => {
    const template = synthesize();
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3_600 });
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(Object.keys(role?.Properties).sort()).toEqual([
      'AssumeRolePolicyDocument',
      'Description',
      'MaxSessionDuration',
    ]);
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
      [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Resource: [
            bootstrapRole('deploy-role'),
            bootstrapRole('file-publishing-role'),
            bootstrapRole('lookup-role'),
          ],
        },
      ],
    ]);
  });

  it('is for jobs of one environment of one repository, compared without wildcards', () => {
    const [role] = Object.values(synthesize().findResources('AWS::IAM::Role'));
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': 'repo:octo-org/todo-api:environment:prod',
          },
        },
        Effect: 'Allow',
        Principal: { Federated: { Ref: expect.stringMatching(/^Provider/) } },
      },
    ]);
  });

  it('is for a repository whose subject claims have ids, too', () => {
    const template = synthesize({ GITHUB_REPOSITORY: 'octo-org@123456/todo-api@456789' });
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(role?.Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals).toMatchObject({
      'token.actions.githubusercontent.com:sub': 'repo:octo-org@123456/todo-api@456789:environment:prod',
    });
  });
});

describe('the OIDC provider of GitHub', () => {
  it('is created, and kept when the stack is deleted, because an account has only one', () => {
    synthesize().hasResource('AWS::IAM::OIDCProvider', {
      DeletionPolicy: 'Retain',
      Properties: {
        ClientIdList: ['sts.amazonaws.com'],
        Url: 'https://token.actions.githubusercontent.com',
      },
    });
  });

  it('is the one of the account with CREATE_GITHUB_OIDC_PROVIDER=false', () => {
    const template = synthesize({ CREATE_GITHUB_OIDC_PROVIDER: 'false' });
    template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(JSON.stringify(role?.Properties.AssumeRolePolicyDocument.Statement[0].Principal)).toContain(
      ':oidc-provider/token.actions.githubusercontent.com"',
    );
  });
});

describe('the settings of the role', () => {
  it.each([
    [{ GITHUB_ENVIRONMENT: 'prod' }, /^GITHUB_REPOSITORY is not set\. /],
    [{ GITHUB_REPOSITORY: 'octo-org/todo-api' }, /^GITHUB_ENVIRONMENT is not set\. /],
    ...['*', 'octo-org', 'octo-org/*', 'octo-org/a/b', 'octo-org@/a', 'octo-org/a:ref'].map((repository) => [
      { ...complete, GITHUB_REPOSITORY: repository },
      /^GITHUB_REPOSITORY must be owner\/name or owner@1\/name@2, not /,
    ]),
    ...['*', 'Prod', 'a:b', '-'].map((environment) => [
      { ...complete, GITHUB_ENVIRONMENT: environment },
      /^GITHUB_ENVIRONMENT must be small letters, digits and hyphens, not /,
    ]),
  ] as [Record<string, string>, RegExp][])(
    'are refused when one is missing or too wide: %j',
    (settings, sentence) => {
      expect(() => read(settings)).toThrow(sentence);
    },
  );
});
