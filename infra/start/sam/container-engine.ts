import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Environment } from '../../../functions/config.ts';
import { UserError } from '../../local/user-error.ts';

/** How containers reach this machine. */
export interface HostAddress {
  /** What `--add-host` takes: an address, or Docker's own word for one. */
  readonly address: string;
  /** Whether what listens on loopback only can be reached there; else something must listen on the address. */
  readonly reachesLoopback: boolean;
}

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';
const infoSchema = z.object({ OperatingSystem: z.string() });
const networkSchema = z.object({
  IPAM: z.object({ Config: z.tuple([z.object({ Gateway: z.string() })], z.unknown()) }),
});

/**
 * Asks the container engine, Docker or Podman, how its containers reach this machine. Where it runs in a virtual
 * machine (Docker Desktop, Finch, Colima), `host-gateway` leads to the loopback of the host; where it runs on this
 * very kernel, to an address of a bridge.
 * @throws {UserError} when no engine answers
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
      `No container engine answers at ${socket}: start Docker, or Podman's API socket with its address in DOCKER_HOST.`,
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
