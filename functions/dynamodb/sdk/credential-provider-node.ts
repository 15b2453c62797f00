/**
 * Stands for `@aws-sdk/credential-provider-node` in the bundles (see infra/build/bundle.ts). Lambda hands a function its
 * credentials in the environment, so the rest of the default chain (profiles, SSO, processes, web identity,
 * instance metadata: a third of the SDK) could only be loaded, never used.
 * Source: "Defined runtime environment variables" in the Lambda developer guide.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
