/** Is loaded before a command: it sends the command's requests for the tenant to a stub, which speaks plain HTTP. */
const { TENANT_URL = '', STUB_URL = '' } = process.env;
const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(`${TENANT_URL}/`)) throw new TypeError(`${url} is not the tenant`);
  return fetch(url.replace(TENANT_URL, STUB_URL), init);
};
