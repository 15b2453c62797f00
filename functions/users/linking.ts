/**
 * Which identities are one user: those with the same verified address, or `none`, where each identity is a user of its
 * own. The setting ACCOUNT_LINKING has one of these values.
 */
export const accountLinkings = ['verified-email', 'none'] as const;

export type AccountLinking = (typeof accountLinkings)[number];
