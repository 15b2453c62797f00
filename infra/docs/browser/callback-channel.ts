/** The channel on which the callback page passes on what the issuer responded. */
export const CALLBACK_CHANNEL = 'sign-in';
