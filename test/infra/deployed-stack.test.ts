import { createServer } from 'node:http';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareTables } from '../../infra/deploy/deployed-stack.ts';
import { listen } from '../support/listen.ts';
import { createStack } from '../support/stack.ts';

const stackOf = (settings = {}): CloudFormationStackArtifact => {
  const { app, stack } = createStack(settings);
  return app.synth().getStackByName(stack.stackName);
};
const error = (code: string, message: string) => ({
  status: 400,
  body: `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
const template = (body: object) => ({
  status: 200,
  body: `<GetTemplateResponse><GetTemplateResult><TemplateBody>${JSON.stringify(body).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</TemplateBody></GetTemplateResult></GetTemplateResponse>`,
});

describe('the comparison of the table with the deployed stack', () => {
  const sentences: string[] = [];
  const asked: string[] = [];
  let response: { status: number; body: string };
  let close: () => Promise<void>;

  beforeEach(async () => {
    sentences.length = 0;
    asked.length = 0;
    const server = createServer(async (request, reply) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const query = new URLSearchParams(text);
      asked.push(`${query.get('Action')} ${query.get('StackName') ?? query.get('RoleArn')}`);
      const { status, body } =
        query.get('Action') === 'GetTemplate' ? response : error('AccessDenied', 'You may not assume it');
      reply.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
    });
    const listening = await listen(server);
    close = listening.close;
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${listening.port}`);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await close();
  });

  const compare = (stack: CloudFormationStackArtifact, environment: Record<string, string>) =>
    compareTables(stack, undefined, { environment, print: (sentence) => sentences.push(sentence) });
  const account = { CDK_DEFAULT_ACCOUNT: '123456789012', CDK_DEFAULT_REGION: 'eu-central-1' };

  it('is left out without credentials, with a sentence', async () => {
    await compare(stackOf(), {});
    expect(sentences).toEqual([
      'The table of the deployed stack was not compared, because there are no AWS credentials.',
    ]);
    expect(asked).toEqual([]);
  });

  it('asks with the lookup role of the CDK, or else with its own credentials', async () => {
    response = template({});
    const stack = stackOf();
    await compare(stack, account);
    expect(asked).toEqual([
      'AssumeRole arn:aws:iam::123456789012:role/cdk-hnb659fds-lookup-role-123456789012-eu-central-1',
      `GetTemplate ${stack.stackName}`,
    ]);
  });

  it('lets a first deployment pass', async () => {
    response = error('ValidationError', 'Stack with id todo-api-sandbox does not exist');
    await compare(stackOf(), account);
    expect(sentences).toEqual([]);
  });

  it('lets the same table pass, and refuses another one', async () => {
    const stack = stackOf();
    response = template(stack.template);
    await compare(stack, account);
    const { Table710B521B, ...others } = stack.template.Resources;
    response = template({ ...stack.template, Resources: { ...others, Older: Table710B521B } });
    await expect(compare(stack, account)).rejects.toThrow(
      /^This deployment would delete the table Older of the stack/,
    );
  });

  it('refuses a deployment if the stack cannot be read', async () => {
    response = error('AccessDenied', 'You may not read it');
    await expect(compare(stackOf(), account)).rejects.toThrow(
      /^The table of the deployed stack could not be read \(AccessDenied: You may not read it\)\. .* "npx cdk deploy" deploys without this check\.$/,
    );
  });
});
