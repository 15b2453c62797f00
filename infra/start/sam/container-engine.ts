import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Environment } from '../../../functions/config.ts';
import { UserError } from '../../local/user-error.ts';

/** How containers reach this machine. */
export interface HostAddress {
  /** The value for `--add-host`: an address, or Docker's keyword `host-gateway`. */
  readonly address: string;
  /** Whether the address leads to services that listen on loopback only. If not, a relay must listen on it. */
  readonly reachesLoopback: boolean;
}

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';
const infoSchema = z.object({ OperatingSystem: z.string() });
const networkSchema = z.object({
  IPAM: z.object({ Config: z.tuple([z.object({ Gateway: z.string() })], z.unknown()) }),
});

/**
 * Asks the container engine, Docker or Podman, how its containers reach this machine. An engine in a virtual machine
 * (Docker Desktop, Finch, Colima) connects `host-gateway` to the loopback of the host. An engine on this kernel has a
 * bridge, and containers reach the host at the bridge's address.
 * @throws {UserError} when no engine responds
 */
export async function findHostAddress(environment: Environment): Promise<HostAddress> {
  if (process.platform !== 'linux') return { address: 'host-gateway', reachesLoopback: true };
  const socket = environment.DOCKER_HOST || DEFAULT_SOCKET;
  try {
    const { OperatingSystem } = infoSchema.parse(await get(socket, '/info'));
    if (OperatingSystem === 'Docker Desktop') return { address: 'host-gateway', reachesLoopback: true };
    const { IPAM } = networkSchema.parse(await get(socket, '/networks/bridge'));
    return { address: IPAM.Config[0].Gateway, reachesLoopback: false };
  } catch (cause) {
    throw new UserError(
      `No container engine responds at ${socket}: start Docker, or Podman's API socket with its address in DOCKER_HOST.`,
      { cause },
    );
  }
}

function get(socket: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socketPath = socket.replace(/^unix:\/\//, '');
    request({ socketPath, path }, (response) => json(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
}
