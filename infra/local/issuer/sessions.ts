import { createExpiringStore } from './expiring-store.ts';
import type { IssuerRequest } from './http.ts';
import { randomSecret } from './secrets.ts';

/** The name of Auth0's session cookie. All ports of a host share cookies, so a common name would collide. */
const cookieName = 'auth0';
/** Three days, Auth0's default for an unused session. */
const sessionTtlMs = 3 * 24 * 3_600_000;

/** A browser that has signed in. */
export interface Session {
  readonly subject: string;
  /** The `sid` claim. It differs from the value of the cookie, because tokens show it to clients. */
  readonly sessionId: string;
}

export interface Sessions {
  find(request: IssuerRequest): Session | undefined;
  /** Ends the browser's session, if it has one, and starts a new one. Gives the value of the `Set-Cookie` header. */
  begin(request: IssuerRequest, subject: string): { session: Session; cookie: string };
  /** Ends the browser's session. Gives the value of the `Set-Cookie` header. */
  end(request: IssuerRequest): string;
}

/**
 * Makes an empty store of sessions.
 * @param now the clock, in milliseconds since the epoch
 */
export function createSessions(now: () => number): Sessions {
  const sessions = createExpiringStore<Session>({ ttlMs: sessionTtlMs, now });

  const end = (request: IssuerRequest) => {
    const id = cookieValue(request);
    if (id !== undefined) sessions.delete(id);
    return setCookie('', 0);
  };

  return {
    find(request) {
      const id = cookieValue(request);
      return id === undefined ? undefined : sessions.get(id);
    },
    begin(request, subject) {
      end(request);
      const session = { subject, sessionId: randomSecret() };
      return { session, cookie: setCookie(sessions.add(session), sessionTtlMs / 1000) };
    },
    end,
  };
}

function cookieValue(request: IssuerRequest): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

/**
 * Auth0's cookie is also sent to a frame on another site (SameSite=None). That needs Secure, which Safari refuses over
 * plain http, and browsers block such cookies more and more.
 */
function setCookie(value: string, maxAgeSeconds: number): string {
  return `${cookieName}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}
