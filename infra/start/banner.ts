import { issuerOf } from '../../functions/config.ts';
import type { Issuer } from '../local/issuer/issuer.ts';
import { demoConfidentialClient, demoUsers } from './demo.ts';
import type { LocalSettings } from './settings.ts';

export interface RunningSystem {
  readonly apiUrl: string;
  /** The page for trying out the API; undefined when the deployment has none. */
  readonly docsUrl: string | undefined;
  readonly settings: LocalSettings;
  readonly issuer: Issuer | undefined;
}

/** The text that `npm start` prints when everything runs: addresses, users, and commands to paste. */
export function describeSystem({ apiUrl, docsUrl, settings, issuer }: RunningSystem): string {
  const { audience, dataDir, dynamoDbEndpoint, auth0Domain } = settings;
  const issuerUrl = auth0Domain === undefined ? issuer?.url : issuerOf(auth0Domain);
  const places = [
    `  API       ${apiUrl}/todo/`,
    ...(docsUrl ? [`  Docs      ${docsUrl}   (for the browser)`] : []),
    `  Issuer    ${issuerUrl}`,
    ...(issuer?.customDomains ?? []).map((domain) => `            ${issuerOf(domain)}   (a custom domain)`),
    `  Audience  ${audience}`,
    `  Data      ${dynamoDbEndpoint ?? dataDir}`,
    ...(issuer ? ['  Front end npm run spa   (in a second terminal: a page that lists and adds todos)'] : []),
  ];
  const createTodo = [
    `curl --request POST --url ${apiUrl}/todo/ \\`,
    `  --header "authorization: Bearer $TOKEN" \\`,
    `  --header 'content-type: application/json' \\`,
    `  --data '{"title": "Write the first todo"}'`,
  ];
  const steps = issuer
    ? [
        'Users (email, password):',
        ...demoUsers.map(
          ({ email, password, emailVerified }) =>
            `  ${email.padEnd(20)} ${password}${emailVerified ? '' : '   (unverified email: the API refuses this user)'}`,
        ),
        '',
        'Paste this command to get an access token:',
        '',
        ...tokenCommand(issuer.url, audience),
        '',
        'Paste this command to create a todo:',
      ]
    : [
        'Set TOKEN to an access token of your tenant (see "A real Auth0 tenant" in infra/README.md). Then create a todo:',
      ];
  return [
    '',
    'The system is running. Press Ctrl-C to stop it.',
    '',
    ...places,
    '',
    ...steps,
    '',
    ...createTodo,
    '',
  ].join('\n');
}

function tokenCommand(issuerUrl: string, audience: string): string[] {
  const [user] = demoUsers;
  const data = {
    grant_type: 'password',
    username: user?.email,
    password: user?.password,
    scope: 'openid profile email',
    audience,
    client_id: demoConfidentialClient.clientId,
    client_secret: demoConfidentialClient.clientSecret,
  };
  return [
    `TOKEN=$(curl --silent --request POST --url ${issuerUrl}oauth/token \\`,
    `  --header 'content-type: application/x-www-form-urlencoded' \\`,
    ...Object.entries(data).map(([name, value]) => `  --data '${name}=${value}' \\`),
    `  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
  ];
}
