import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  /** US dollars. */
  readonly monthlyLimit: number;
  /** Gets an e-mail for each notification. */
  readonly email: string;
}

/**
 * A budget of the whole account. AWS tells the costs of one stage by its tags only after somebody activates them as
 * cost allocation tags, and until then a budget of one stage would stay at zero.
 * Source: "Managing your costs with AWS Budgets" in the AWS Cost Management user guide
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { monthlyLimit, email }: MonthlyBudgetProps) {
    super(scope, id);
    const { stackName, region } = Stack.of(this);
    const notifyAt = (notificationType: 'ACTUAL' | 'FORECASTED', percent: number) => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold: percent,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'EMAIL', address: email }],
    });
    new CfnBudget(this, 'Budget', {
      budget: {
        // All budgets of an account share one list of names.
        budgetName: `${stackName}-${region}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyLimit, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        notifyAt('ACTUAL', 80),
        notifyAt('ACTUAL', 100),
        notifyAt('FORECASTED', 100),
      ],
    });
  }
}
