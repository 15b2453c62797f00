/**
 * Stands for `@aws-sdk/endpoint-cache` in the bundles (see infra/build/bundle.ts). The client makes such a cache for
 * endpoint discovery, which no operation of DynamoDB asks for any more; the real one brings two packages along.
 */
export class EndpointCache {}
