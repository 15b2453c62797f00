import { runInNewContext } from 'node:vm';

/** The parts of Auth0's event that the Action reads. */
export interface PostLoginEvent {
  readonly user: { readonly email?: string; readonly email_verified?: unknown };
  readonly resource_server?: { readonly identifier: string };
}

type Handler = (event: PostLoginEvent, api: object) => Promise<void>;

/**
 * Runs the code of an Action of the trigger post-login, as Auth0 does.
 * @returns the claims that it adds to the access token
 */
export async function runPostLoginAction(
  code: string,
  event: PostLoginEvent,
): Promise<Record<string, unknown>> {
  const claims: Record<string, unknown> = {};
  const exports: { onExecutePostLogin?: Handler } = {};
  runInNewContext(code, { exports });
  await exports.onExecutePostLogin?.(event, {
    accessToken: {
      setCustomClaim: (name: string, value: unknown) => {
        claims[name] = value;
      },
    },
  });
  return claims;
}
