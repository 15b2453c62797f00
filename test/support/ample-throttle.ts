/**
 * Settings for a test or a measurement that sends more than the throttle of a stage lets through: the limits of an AWS
 * account by default. Source: API Gateway guide, "Amazon API Gateway account-level quotas, per Region"
 */
export const ampleThrottle = { THROTTLE_RATE: '10000', THROTTLE_BURST: '5000' } as const;
