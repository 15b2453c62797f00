/**
 * Replaces `@aws-sdk/credential-provider-node` in the bundles (see infra/build/bundle.ts). Lambda gives a function its
 * credentials in the environment. The rest of the default chain (profiles, SSO, processes, web identity, instance
 * metadata) is a third of the SDK, and a function never uses it.
 * Source: "Defined runtime environment variables" in the Lambda developer guide.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
