import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../local/user-error.ts';

/** Where a relay listens, and for whom. */
export interface RelayAddress {
  readonly address: string;
  /** `this machine` refuses connections that come from another machine, at an address that others reach too. */
  readonly clients: 'any' | 'this machine';
  /** Whether the address may be missing for now: Podman creates its bridge with the first container. */
  readonly mayAppearLater: boolean;
}

export interface Relay {
  /**
   * Resolves once all ports are relayed.
   * @throws {UserError} when the relay cannot listen: the address does not exist, or another program uses the port
   */
  readonly listening: Promise<void>;
  close(): void;
}

const RETRY_INTERVAL_MS = 100;

/** How long to wait for an address that must exist already: an engine that starts creates its bridge in this time. */
const LISTEN_LIMIT_MS = 5_000;

/**
 * Relays ports of this machine's loopback from another of its addresses, such as that of the containers' bridge. It
 * listens on that address only, so that other networks do not reach the services.
 */
export function startRelay(
  place: RelayAddress,
  ports: readonly number[],
  { limitMs = LISTEN_LIMIT_MS }: { readonly limitMs?: number } = {},
): Relay {
  const closing = new AbortController();
  const until = {
    endsAt: place.mayAppearLater ? Number.POSITIVE_INFINITY : Date.now() + limitMs,
    signal: closing.signal,
  };
  const servers = ports.map((port) => ({ port, server: relayTo(port, place) }));
  return {
    listening: Promise.all(
      servers.map(({ server, port }) => listen(server, port, place.address, until)),
    ).then(() => {}),
    close() {
      closing.abort();
      for (const { server } of servers) server.close();
    },
  };
}

function relayTo(port: number, { clients }: RelayAddress): Server {
  return createServer((client) => {
    if (clients === 'this machine' && !isOwnAddress(client.remoteAddress)) return void client.destroy();
    const service = connect(port, '127.0.0.1');
    client.pipe(service).pipe(client);
    client.on('error', () => service.destroy());
    service.on('error', () => client.destroy());
  });
}

function isOwnAddress(address: string | undefined): boolean {
  return Object.values(networkInterfaces())
    .flat()
    .some((own) => own?.address === address);
}

async function listen(
  server: Server,
  port: number,
  address: string,
  { endsAt, signal }: { endsAt: number; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      server.listen(port, address);
      return void (await once(server, 'listening'));
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'EADDRINUSE' && (await listensOnAllAddresses(port))) return;
      if (code !== 'EADDRNOTAVAIL') throw explain(cause, code, port, address);
      if (Date.now() >= endsAt) throw missingAddress(cause, address);
      await sleep(RETRY_INTERVAL_MS);
    }
  }
}

/**
 * Whether the service at this port of the loopback listens on all addresses. Containers then reach it without a relay.
 * A service that listens on 127.0.0.1 leaves the other addresses of the loopback free.
 */
async function listensOnAllAddresses(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.2');
  try {
    await once(probe, 'listening');
    return false;
  } catch {
    return true;
  } finally {
    probe.close();
  }
}

function explain(cause: unknown, code: string | undefined, port: number, address: string): UserError {
  const reason = code === 'EADDRINUSE' ? 'another program uses it' : (code ?? String(cause));
  return new UserError(
    `The containers cannot reach port ${port} of this machine: a relay must listen on ${address}:${port}, and cannot (${reason}). Stop that program, or choose another port.`,
    { cause },
  );
}

function missingAddress(cause: unknown, address: string): UserError {
  return new UserError(
    `The containers cannot reach this machine: the engine names ${address} as its address, and this machine does not have it. Use an engine that runs on this machine, outside a virtual machine, or Docker Desktop.`,
    { cause },
  );
}
