import { afterEach, expect, it, vi } from 'vitest';
import { createProfileFetcher } from '../../functions/authorizer/userinfo.ts';
import { createLogger } from '../../functions/observability/logger.ts';
import { type CloudWatchAlarm, readEmbeddedMetrics, ringingAlarms } from '../support/cloudwatch.ts';
import { linesOf } from '../support/log-lines.ts';
import { everySetting, synthesizeTemplate } from '../support/stack.ts';

const template = synthesizeTemplate(everySetting);
const alarms = Object.fromEntries(
  Object.entries(template.findResources('AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
    id,
    Properties as CloudWatchAlarm,
  ]),
);
const [authorizer] = Object.entries(template.findResources('AWS::Lambda::Function'))
  .filter(([id]) => id.startsWith('authorizer'))
  .map(([, { Properties }]) => Properties);

afterEach(() => vi.unstubAllEnvs());

/** The logical ids of the alarms that ring after this many users got this status from /userinfo. */
async function alarmsAfter(users: number, status: number): Promise<string[]> {
  vi.stubEnv('METRICS_NAMESPACE', authorizer?.Environment.Variables.METRICS_NAMESPACE);
  const fetchProfile = createProfileFetcher({
    fetch: async () => new Response('', { status }),
    now: Date.now,
    log: createLogger(Date.now),
  });
  const lines = await linesOf(async () => {
    for (let user = 0; user < users; user++) {
      const token = { issuer: 'https://tenant.eu.auth0.com/', subject: `auth0|${user}`, scopes: ['openid'] };
      await fetchProfile('token', token).catch(() => {});
    }
  });
  expect(lines).toHaveLength(users);
  return ringingAlarms(alarms, lines.flatMap(readEmbeddedMetrics));
}

it('the alarm UserinfoRateLimited rings at the tenth request for a profile that gets a 429', async () => {
  expect(await alarmsAfter(9, 429)).toEqual([]);
  expect(await alarmsAfter(10, 429)).toEqual([
    expect.stringMatching(/^AlarmsUserinfoRateLimited[0-9A-F]{8}$/),
  ]);
});

it.each([401, 403, 500])('no alarm rings about requests for a profile that get a %i', async (status) => {
  expect(await alarmsAfter(20, status)).toEqual([]);
});
