const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a Host header names this machine, on any port. A page of another site can reach a server of this machine
 * with DNS rebinding: the name of its site then resolves to 127.0.0.1. But the Host header still has that name.
 */
export function isLoopbackHost(header: string | undefined): boolean {
  return header !== undefined && loopbackHost.test(header);
}
