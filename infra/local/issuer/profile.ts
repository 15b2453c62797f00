import type { StoredUser } from './users.ts';

/**
 * The claims about a user that the scopes allow, in an ID token and at /userinfo.
 * https://auth0.com/docs/get-started/apis/scopes/openid-connect-scopes
 */
export function scopedClaims(user: StoredUser, scopes: readonly string[]): Record<string, unknown> {
  return {
    sub: user.subject,
    ...(scopes.includes('profile') && profile(user)),
    ...(scopes.includes('email') && { email: user.email, email_verified: user.emailVerified }),
  };
}

function profile(user: StoredUser): Record<string, string> {
  const nickname = user.email.slice(0, user.email.lastIndexOf('@'));
  const initials = nickname.slice(0, 2).toLowerCase();
  return {
    nickname,
    name: user.name,
    picture: `https://cdn.auth0.com/avatars/${encodeURIComponent(initials)}.png`,
    updated_at: user.updatedAt,
  };
}
