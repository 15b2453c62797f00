import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { deserialize, serialize } from 'node:v8';
import type { Issuer } from '../../infra/local/issuer/issuer.ts';
import { type Listener, listen } from './listen.ts';

/** The methods of the issuer that end-to-end tests call from their own processes. */
export type IssuerControl = Pick<
  Issuer,
  'addUser' | 'updateUser' | 'mintToken' | 'rotateKeys' | 'publishKeys' | 'requestCount'
>;

type Call = { readonly method: keyof IssuerControl; readonly args: unknown[] };

/** Starts a server that lets other processes call the issuer of this process. */
export async function serveControl(issuer: IssuerControl): Promise<Listener> {
  const server = createServer(async (request, response) => {
    const { method, args }: Call = deserialize(await buffer(request));
    const call = issuer[method] as (...args: unknown[]) => unknown;
    response.end(serialize(await call(...args)));
  });
  return listen(server);
}

type Remote<Methods> = {
  [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** Gives the methods of the issuer that `serveControl` serves at the URL. */
export function connectControl(url: string): Remote<IssuerControl> {
  const call =
    (method: keyof IssuerControl) =>
    async (...args: unknown[]) => {
      const response = await fetch(url, {
        method: 'POST',
        body: new Uint8Array(serialize({ method, args })),
      });
      return deserialize(Buffer.from(await response.arrayBuffer()));
    };
  return {
    addUser: call('addUser'),
    updateUser: call('updateUser'),
    mintToken: call('mintToken'),
    rotateKeys: call('rotateKeys'),
    publishKeys: call('publishKeys'),
    requestCount: call('requestCount'),
  };
}
