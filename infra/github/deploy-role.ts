import {
  type App,
  CfnOutput,
  DefaultStackSynthesizer,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
} from 'aws-cdk-lib';
import {
  type IOidcProvider,
  OidcProviderNative,
  PolicyStatement,
  Role,
  WebIdentityPrincipal,
} from 'aws-cdk-lib/aws-iam';
import { product } from '../../functions/product.ts';
import { invalidSetting, readFlag, readRequired, type Settings } from '../config/settings.ts';

/** Which workflow runs may deploy. */
export interface DeployRoleConfig {
  /** `owner/name`, or `owner@1/name@2` for a repository whose subject claims have ids. */
  readonly repository: string;
  /** The environment of the repository that a job must name. */
  readonly environment: string;
  /** Whether the stack creates GitHub's OIDC provider. An account has one at most. */
  readonly createsProvider: boolean;
}

/** The name of a user or a repository, with its id in an immutable subject claim. */
const name = '[\\w.-]+(?:@\\d+)?';
const repositoryPattern = new RegExp(`^${name}/${name}$`);
/** Names without a character that has a meaning in a subject claim or in the name of a stack. */
const environmentPattern = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Reads the settings of the role.
 * @throws {ConfigError} with a sentence that names the invalid setting
 */
export function readDeployRoleConfig(settings: Settings): DeployRoleConfig {
  const { GITHUB_REPOSITORY: repository, GITHUB_ENVIRONMENT: environment } = readRequired(settings, {
    GITHUB_REPOSITORY: 'owner/name',
    GITHUB_ENVIRONMENT: 'prod',
  });
  if (!repositoryPattern.test(repository))
    throw invalidSetting('GITHUB_REPOSITORY', 'owner/name or owner@1/name@2', repository);
  if (!environmentPattern.test(environment))
    throw invalidSetting('GITHUB_ENVIRONMENT', 'small letters, digits and hyphens', environment);
  return {
    repository,
    environment,
    createsProvider: readFlag(settings, 'CREATE_GITHUB_OIDC_PROVIDER', true),
  };
}

const ISSUER_HOST = 'token.actions.githubusercontent.com';

/** The bootstrap roles that `npm run deploy` assumes: one deploys, one uploads the code, one reads the deployed stack. */
const bootstrapRoles = [
  DefaultStackSynthesizer.DEFAULT_DEPLOY_ROLE_ARN,
  DefaultStackSynthesizer.DEFAULT_FILE_ASSET_PUBLISHING_ROLE_ARN,
  DefaultStackSynthesizer.DEFAULT_LOOKUP_ROLE_ARN,
];

/**
 * The role of the workflows in .github/workflows that deploy. Only a job of one environment of one repository can
 * assume it, with the OIDC token of its run. So GitHub stores no key of AWS. The role itself can only assume the roles
 * that `cdk bootstrap` created in this account and region.
 * Source: "Configuring OpenID Connect in Amazon Web Services" in the documentation of GitHub Actions.
 */
export class DeployRoleStack extends Stack {
  constructor(app: App, { repository, environment, createsProvider }: DeployRoleConfig) {
    super(app, `${product.name}-github-${environment}`, {
      description: `Lets the environment ${environment} of a GitHub repository deploy ${product.title}`,
      tags: { service: product.name },
    });
    const provider = createsProvider ? this.#createProvider() : this.#findProvider();
    const role = new Role(this, 'DeployRole', {
      description: `Assumed by the GitHub environment ${environment}`,
      assumedBy: new WebIdentityPrincipal(provider.openIdConnectProviderArn, {
        // A condition without a wildcard: StringLike would also match a repository with a similar name.
        StringEquals: {
          [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER_HOST}:sub`]: `repo:${repository}:environment:${environment}`,
        },
      }),
      maxSessionDuration: Duration.hours(1),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: bootstrapRoles.map((arn) =>
          Fn.sub(arn.replace(/\$\{Qualifier\}/, DefaultStackSynthesizer.DEFAULT_QUALIFIER)),
        ),
      }),
    );
    new CfnOutput(this, 'RoleArn', { value: role.roleArn });
  }

  /** The provider stays when the stack is deleted, because other roles of the account may trust it. */
  #createProvider(): IOidcProvider {
    const provider = new OidcProviderNative(this, 'Provider', {
      url: `https://${ISSUER_HOST}`,
      clientIds: ['sts.amazonaws.com'],
    });
    provider.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return provider;
  }

  #findProvider(): IOidcProvider {
    const arn = `arn:${this.partition}:iam::${this.account}:oidc-provider/${ISSUER_HOST}`;
    return OidcProviderNative.fromOidcProviderArn(this, 'Provider', arn);
  }
}
