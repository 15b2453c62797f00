import { createExpiringStore } from './expiring-store.ts';
import type { HttpRequest } from './http.ts';
import { randomSecret } from './secrets.ts';

/** Auth0's cookie of the browser's session; ports share a host's cookies, so the name should not be a common one. */
const cookieName = 'auth0';
/** Three days, Auth0's default for a session that is not used. */
const sessionTtlMs = 3 * 24 * 3_600_000;

/** A browser that has signed in. */
export interface Session {
  readonly subject: string;
  /** The `sid` claim: not the cookie's value, since tokens carry it to others. */
  readonly sessionId: string;
}

export interface Sessions {
  find(request: HttpRequest): Session | undefined;
  /** Begins a session of its own, ending the one the browser had; gives the `Set-Cookie` header's value. */
  begin(request: HttpRequest, subject: string): { session: Session; cookie: string };
  /** Ends the browser's session; gives the `Set-Cookie` header's value. */
  end(request: HttpRequest): string;
}

/** Makes an empty store of sessions on the clock `now` (milliseconds). */
export function createSessions(now: () => number): Sessions {
  const sessions = createExpiringStore<Session>({ ttlMs: sessionTtlMs, now });

  const end = (request: HttpRequest) => {
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

function cookieValue(request: HttpRequest): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
}

function setCookie(value: string, maxAgeSeconds: number): string {
  return `${cookieName}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
}
