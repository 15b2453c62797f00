import type { Template } from './assembly.ts';
import { TemplateError } from './template-error.ts';

export interface References {
  /** Gives the value of `Ref` for a resource, a parameter or a pseudo parameter. */
  ref(name: string, where: string): unknown;
  getAtt(logicalId: string, attribute: string, where: string): string;
}

export interface Resolver {
  /** Evaluates all intrinsic functions in a value. Errors name the place with `where`. */
  resolve(value: unknown, where: string): unknown;
  isTrue(condition: string): boolean;
}

type Intrinsic = (argument: unknown, where: string) => unknown;

/** `AWS::NoValue` removes the property or the list element. */
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Makes an evaluator of CloudFormation's intrinsic functions.
 * It throws a TemplateError for those that are not implemented (Fn::ImportValue, Fn::Transform, dynamic references, …).
 * Source: CloudFormation guide, "Intrinsic function reference"
 */
export function createResolver(
  { Mappings, Conditions }: Pick<Template, 'Mappings' | 'Conditions'>,
  references: References,
): Resolver {
  const intrinsics: Record<string, Intrinsic> = {
    Ref: (argument, where) => {
      const name = asString(evaluate(argument, where), where);
      return name === 'AWS::NoValue' ? NO_VALUE : references.ref(name, where);
    },
    'Fn::GetAtt': (argument, where) => {
      const [logicalId, ...attribute] =
        typeof argument === 'string' ? argument.split('.') : asList(argument, where);
      return references.getAtt(asString(logicalId, where), attribute.join('.'), where);
    },
    'Fn::Sub': (argument, where) => {
      const [text, variables] = typeof argument === 'string' ? [argument] : asList(argument, where);
      return substitute(asString(text, where), asObject(variables ?? {}, where), where);
    },
    'Fn::Join': (argument, where) => {
      const [delimiter, values] = asList(evaluate(argument, where), where);
      return asList(values, where)
        .map((value) => asString(value, where))
        .join(asString(delimiter, where));
    },
    'Fn::Split': (argument, where) => {
      const [delimiter, text] = asList(evaluate(argument, where), where);
      return asString(text, where).split(asString(delimiter, where));
    },
    'Fn::Select': (argument, where) => {
      const [index, values] = asList(evaluate(argument, where), where);
      const selected = asList(values, where)[Number(index)];
      if (selected === undefined)
        throw new TemplateError(`${where}: Fn::Select has no element ${String(index)}`);
      return selected;
    },
    'Fn::FindInMap': (argument, where) => {
      const keys = asList(evaluate(argument, where), where).map((key) => asString(key, where));
      const [map = '', first = '', second = ''] = keys;
      const found = Mappings[map]?.[first]?.[second];
      if (found === undefined) throw new TemplateError(`${where}: Fn::FindInMap finds no ${keys.join('.')}`);
      return found;
    },
    'Fn::If': (argument, where) => {
      const [condition, whenTrue, whenFalse] = asList(argument, where);
      return evaluate(isTrue(asString(condition, where)) ? whenTrue : whenFalse, where);
    },
    'Fn::Equals': (argument, where) => {
      const [left, right] = asList(evaluate(argument, where), where);
      return left === right;
    },
    'Fn::And': (argument, where) => asList(evaluate(argument, where), where).every(Boolean),
    'Fn::Or': (argument, where) => asList(evaluate(argument, where), where).some(Boolean),
    'Fn::Not': (argument, where) => !asList(evaluate(argument, where), where)[0],
  };

  function evaluate(value: unknown, where: string): unknown {
    if (typeof value === 'string') {
      if (value.includes('{{resolve:'))
        throw new TemplateError(`${where}: dynamic reference ${value} is not implemented locally`);
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((item) => evaluate(item, where)).filter((item) => item !== NO_VALUE);
    }
    if (value === null || typeof value !== 'object') return value;

    const [[key, argument] = ['', undefined], ...others] = Object.entries(value);
    if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const intrinsic = intrinsics[key];
      if (intrinsic === undefined)
        throw new TemplateError(`${where}: intrinsic ${key} is not implemented locally`);
      return intrinsic(argument, where);
    }
    const resolved = Object.entries(value).map(([name, item]) => [name, evaluate(item, `${where}.${name}`)]);
    return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
  }

  function substitute(text: string, variables: Record<string, unknown>, where: string): string {
    return text.replaceAll(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(variables, name)) return asString(evaluate(variables[name], where), where);
      const [logicalId = '', ...attribute] = name.split('.');
      const value =
        attribute.length > 0
          ? references.getAtt(logicalId, attribute.join('.'), where)
          : references.ref(name, where);
      return asString(value, `${where} ${placeholder}`);
    });
  }

  function isTrue(condition: string): boolean {
    const where = `Conditions.${condition}`;
    if (!Object.hasOwn(Conditions, condition)) throw new TemplateError(`${where} is not declared`);
    return evaluateCondition(Conditions[condition], where);
  }

  /** Only in a condition does `{"Condition": name}` refer to a condition. Elsewhere it is a property. */
  function evaluateCondition(expression: unknown, where: string): boolean {
    const [[key, argument] = ['', undefined]] = Object.entries(asObject(expression, where));
    if (key === 'Condition') return isTrue(asString(argument, where));
    const operands =
      key === 'Fn::Equals' ? argument : asList(argument, where).map((item) => evaluateCondition(item, where));
    return evaluate({ [key]: operands }, where) === true;
  }

  return {
    resolve: (value, where) => {
      const resolved = evaluate(value, where);
      return resolved === NO_VALUE ? undefined : resolved;
    },
    isTrue,
  };
}

function asString(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${where}: expected a string, found ${JSON.stringify(value)}`);
}

function asList(value: unknown, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${where}: expected a list, found ${JSON.stringify(value)}`);
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TemplateError(`${where}: expected an object, found ${JSON.stringify(value)}`);
}
