import type { Template } from 'aws-cdk-lib/assertions';

/** A widget of a dashboard, with the logical ids in the places of what only a deployment knows. */
export interface Widget {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties differ by widget
  readonly properties: any;
}

type Part = string | { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly string[] };

interface Resource {
  readonly Properties: {
    readonly DashboardBody: { readonly 'Fn::Join': readonly [string, readonly Part[]] };
  };
}

/** The widgets of the dashboard of a template. */
export function widgetsOf(template: Template): Widget[] {
  const [{ Properties }] = Object.values(template.findResources('AWS::CloudWatch::Dashboard')) as [Resource];
  const [, parts] = Properties.DashboardBody['Fn::Join'];
  const body = parts.map((part) =>
    typeof part === 'string' ? part : 'Ref' in part ? part.Ref : part['Fn::GetAtt'].join('.'),
  );
  return JSON.parse(body.join('')).widgets;
}
