import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Environment } from '../../../functions/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { RelayAddress } from './relay.ts';

/** How containers reach this machine. */
export interface HostAccess {
  /** The value for `--add-host`: an address, or the engine's keyword `host-gateway`. */
  readonly address: string;
  /** Where a relay to the loopback must listen; undefined when the engine connects containers to the loopback. */
  readonly relay?: RelayAddress;
}

/** The places where SAM looks for an engine without DOCKER_HOST: Docker, then Finch. */
const DEFAULT_ENGINES = [
  'unix:///var/run/docker.sock',
  process.platform === 'darwin'
    ? 'unix:///Applications/Finch/lima/data/finch/sock/finch.sock'
    : 'unix:///var/run/finch.sock',
];

/** An engine that is overloaded or not at this address must not make the command hang. */
const RESPONSE_LIMIT_MS = 5_000;

/**
 * Podman 5 gives rootless containers the addresses of this machine, so these lead to the container itself. Since 5.3 it
 * has `host-gateway` for this machine. Source: https://github.com/containers/podman/pull/23791
 */
const PODMAN_WITH_PASTA = 5;
const MINOR_WITH_HOST_GATEWAY = 3;

const infoSchema = z.object({
  OperatingSystem: z.string(),
  ServerVersion: z.string().optional(),
  /** Docker has `name=rootless` in this list. */
  SecurityOptions: z.array(z.string()).nullish(),
  /** Podman has this field. */
  Rootless: z.boolean().optional(),
  /** Only Podman has this field. */
  BuildahVersion: z.string().optional(),
});
const networkSchema = z.object({
  IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string().optional() })) }),
});

/**
 * Asks the container engine, Docker, Podman or Finch, how its containers reach this machine:
 *
 * - An engine in a virtual machine (Docker Desktop, Finch, Colima) connects `host-gateway` to the loopback of the host.
 * - An engine of the superuser on this kernel has a bridge. Containers reach the host at the bridge's address.
 * - A rootless engine has its bridge in another network namespace. Its containers reach the host at an address of the
 *   host's own network. The engine connects from the host, so the client of the connection is the host itself.
 *
 * Source: https://docs.docker.com/engine/security/rootless/troubleshoot/ and the `--network` option in
 * https://docs.podman.io/en/latest/markdown/podman-run.1.html
 * @throws {UserError} when no engine responds, or its containers cannot reach this machine
 */
export async function findHostAccess(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<HostAccess> {
  // Node.js cannot tell which named pipe SAM uses, so SAM itself reports a missing engine.
  if (platform === 'win32') return { address: 'host-gateway' };
  const { engine, info } = await findEngine(environment);
  if (platform !== 'linux' || info.OperatingSystem === 'Docker Desktop') return { address: 'host-gateway' };
  const isPodman = info.BuildahVersion !== undefined;
  if (info.Rootless || info.SecurityOptions?.includes('name=rootless')) {
    const address = await ownAddress();
    const relay: RelayAddress = { address, clients: 'this machine', mayAppearLater: false };
    return { address: isPodman ? podmanAddress(info.ServerVersion, address) : address, relay };
  }
  const address = await readBridge(engine);
  return { address, relay: { address, clients: 'any', mayAppearLater: isPodman } };
}

/** @throws {UserError} when this version gives rootless containers no way to the host */
function podmanAddress(version = '', ownAddress: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < PODMAN_WITH_PASTA) return ownAddress;
  if (major > PODMAN_WITH_PASTA || minor >= MINOR_WITH_HOST_GATEWAY) return 'host-gateway';
  throw new UserError(
    `The rootless containers of Podman ${version} cannot reach this machine: install Podman 5.3 or later, or use an engine of the superuser.`,
  );
}

interface Engine {
  readonly name: string;
  get(path: string): Promise<unknown>;
}

async function findEngine(environment: Environment) {
  const engines = environment.DOCKER_HOST
    ? [engineAt(environment.DOCKER_HOST, environment)]
    : DEFAULT_ENGINES.map((address) => engineAt(address, environment));
  const causes: unknown[] = [];
  for (const engine of engines) {
    try {
      return { engine, info: infoSchema.parse(await engine.get('/info')) };
    } catch (cause) {
      causes.push(cause);
    }
  }
  const names = engines.map(({ name }) => name).join(' or ');
  throw new UserError(
    `No container engine responds at ${names} (${reasonOf(causes[0])}): start Docker, or Podman's API socket with its address in DOCKER_HOST.`,
    { cause: causes[0] },
  );
}

const reasonOf = (cause: unknown) =>
  cause instanceof z.core.$ZodError || cause instanceof SyntaxError
    ? 'the response is not that of an engine'
    : ((cause as NodeJS.ErrnoException).code ?? (cause as Error).message);

/**
 * Reads the address of an engine as the Docker CLI and SAM do, with their variables for TLS.
 * @throws {UserError} when it is not that of a local engine
 */
function engineAt(name: string, { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH }: Environment): Engine {
  const [, scheme = '', rest = ''] = /^(?:http\+)?(\w+):\/\/(.*)$/.exec(name) ?? [];
  if (scheme === 'unix' && rest) return engineOf(name, httpRequest, { socketPath: rest });
  const url = URL.parse(`http://${rest}`);
  if (!['tcp', 'http', 'https'].includes(scheme) || !url?.hostname)
    throw new UserError(
      `DOCKER_HOST must be unix:///path/of/socket or tcp://host:port, not ${JSON.stringify(name)}: SAM mounts the code of this machine, so the engine must run on it.`,
    );
  const isTls = scheme === 'https' || (scheme === 'tcp' && !!(DOCKER_TLS_VERIFY || DOCKER_CERT_PATH));
  const { hostname } = url;
  if (!isTls) return engineOf(name, httpRequest, { hostname, port: url.port || 2375 });
  const files = DOCKER_CERT_PATH ? readCertificates(DOCKER_CERT_PATH) : {};
  return engineOf(name, httpsRequest, {
    hostname,
    port: url.port || 2376,
    rejectUnauthorized: !!DOCKER_TLS_VERIFY,
    ...files,
  });
}

function readCertificates(folder: string) {
  try {
    const read = (file: string) => readFileSync(`${folder}/${file}`);
    return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch (cause) {
    throw new UserError(
      `DOCKER_CERT_PATH must be a folder with ca.pem, cert.pem and key.pem, and ${folder} is not (${reasonOf(cause)}).`,
      { cause },
    );
  }
}

function engineOf(name: string, send: typeof httpsRequest, target: RequestOptions): Engine {
  return {
    name,
    get: (path) =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.timeout(RESPONSE_LIMIT_MS);
        signal.onabort = () => reject(new Error(`no response within ${RESPONSE_LIMIT_MS / 1_000} s`));
        send({ ...target, path, signal, agent: false }, (response) => json(response).then(resolve, reject))
          .on('error', reject)
          .end();
      }),
  };
}

/** @throws {UserError} when the engine has no bridge, or one without an address */
async function readBridge({ name, get }: Engine): Promise<string> {
  try {
    const { IPAM } = networkSchema.parse(await get('/networks/bridge'));
    const address = IPAM.Config.find(({ Gateway }) => Gateway?.includes('.'))?.Gateway;
    if (address) return address;
  } catch (cause) {
    if (!(cause instanceof z.core.$ZodError)) throw cause;
  }
  throw new UserError(
    `The container engine at ${name} has no network "bridge" with an IPv4 gateway, so containers cannot reach this machine: turn on its default bridge.`,
  );
}

/**
 * Finds the address that this machine has in its network. The socket is connected, but nothing is sent.
 * @throws {UserError} when the machine has no network
 */
async function ownAddress(): Promise<string> {
  const socket = createSocket('udp4');
  try {
    // An address for documentation (RFC 5737), which leads to the default route.
    socket.connect(9, '203.0.113.1');
    await once(socket, 'connect');
    return socket.address().address;
  } catch (cause) {
    throw new UserError(
      'The container engine is rootless, and its containers reach this machine only at an address in a network. This machine is in none: connect it, or use an engine of the superuser.',
      { cause },
    );
  } finally {
    socket.close();
  }
}
