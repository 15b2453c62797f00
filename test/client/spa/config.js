/** The addresses of `npm start`. For an Auth0 tenant, change them here and nowhere else. */
export const config = {
  /** Of a tenant: 'your-tenant.eu.auth0.com'. */
  domain: 'http://127.0.0.1:3001',
  /** Of a tenant: the client id that `npm run auth0:deploy` prints. */
  clientId: 'todo-demo-spa',
  audience: 'https://todo.example.com',
  /** Of a deployment: the output ApiUrl, without the final slash. */
  apiUrl: 'http://127.0.0.1:3000',
};
