import type { FunctionSpec, ScheduleSpec } from '../deployment-spec.ts';
import { requireInvocable } from './invoke-permissions.ts';
import type { PhysicalIds } from './physical-ids.ts';
import type { Resources } from './resources.ts';
import { TemplateError } from './template-error.ts';

const rate = /^rate\((\d+) (minute|hour|day)s?\)$/;
const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads the rules of EventBridge that invoke functions at a rate.
 *
 * @throws {TemplateError} for another kind of schedule, and when EventBridge may not invoke the function
 */
export function readSchedules(options: {
  resources: Resources;
  physicalIds: PhysicalIds;
  functions: FunctionSpec[];
}): ScheduleSpec[] {
  const { resources, physicalIds, functions } = options;
  const permissions = resources.ofType('AWS::Lambda::Permission');

  return resources.ofType('AWS::Events::Rule').flatMap(({ logicalId, properties }) => {
    const { ScheduleExpression, State, Targets } = properties;
    const [, count, unit = ''] = rate.exec(ScheduleExpression) ?? [];
    if (count === undefined) {
      throw new TemplateError(
        `${logicalId}: ScheduleExpression ${ScheduleExpression} is not implemented locally`,
      );
    }
    const arn = physicalIds.getAtt(logicalId, 'Arn', logicalId);
    const targets = Targets.map((target) => ({
      logicalId,
      arn,
      intervalMs: Number(count) * (unitMs[unit] ?? 0),
      functionId: requireInvocable({
        functions,
        permissions,
        caller: logicalId,
        functionArn: target.Arn,
        principal: 'events.amazonaws.com',
        sourceArn: arn,
      }),
    }));
    return State === 'ENABLED' ? targets : [];
  });
}
