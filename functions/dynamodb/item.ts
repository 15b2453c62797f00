/** An item as the document client gives it. */
export type Item = Readonly<Record<string, unknown>>;

/** Reads one attribute; undefined when the value has another type. */
type AttributeReader<Value> = (value: unknown) => Value | undefined;

/** What an item of one kind consists of: a reader for each attribute. */
export type ItemSchema = Readonly<Record<string, AttributeReader<unknown>>>;

/** The type that a schema reads: what can be missing is an optional member. */
export type ItemOf<Schema extends ItemSchema> = {
  readonly [Name in keyof Schema as Schema[Name] extends OptionalReader<unknown> ? never : Name]: NonNullable<
    ReturnType<Schema[Name]>
  >;
} & {
  readonly [Name in keyof Schema as Schema[Name] extends OptionalReader<unknown>
    ? Name
    : never]?: NonNullable<ReturnType<Schema[Name]>>;
};

interface OptionalReader<Value> extends AttributeReader<Value> {
  readonly isOptional: true;
}

/** An item that the table holds and the code did not write like this. The message names no value. */
export class MalformedItemError extends Error {
  override readonly name = 'MalformedItemError';
}

export const string: AttributeReader<string> = (value) => (typeof value === 'string' ? value : undefined);
export const number: AttributeReader<number> = (value) => (typeof value === 'number' ? value : undefined);
export const boolean: AttributeReader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
export const stringSet: AttributeReader<ReadonlySet<string>> = (value) =>
  value instanceof Set && [...value].every((member) => typeof member === 'string') ? value : undefined;

/** A map of any names, whose values all have one form. */
export function mapOf<Value>(read: AttributeReader<Value>): AttributeReader<Readonly<Record<string, Value>>> {
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const entries = Object.entries(value).map(([name, member]) => [name, read(member)] as const);
    if (entries.some(([, member]) => member === undefined)) return undefined;
    return Object.fromEntries(entries) as Record<string, Value>;
  };
}

/** A map with these members. */
export function record<const Schema extends ItemSchema>(schema: Schema): AttributeReader<ItemOf<Schema>> {
  const read = itemReader('map', schema);
  return (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    try {
      return read(value as Item);
    } catch {
      return undefined;
    }
  };
}

/** An attribute that an item need not have. */
export function optional<Value>(read: AttributeReader<Value>): OptionalReader<Value> {
  return Object.assign((value: unknown) => read(value), { isOptional: true as const });
}

/**
 * Makes a function that reads items of one kind: it checks every attribute and drops the unknown ones. The check is
 * ours, because a schema library would be loaded at every cold start of every function.
 * @param kind names the kind in the error
 * @returns a function that throws MalformedItemError when an attribute is missing or has another type
 * @example const readNote = itemReader('note', { sk: string, text: string, version: number });
 */
export function itemReader<const Schema extends ItemSchema>(
  kind: string,
  schema: Schema,
): (item: Item) => ItemOf<Schema> {
  const readers = Object.entries(schema);
  return (item) => {
    const result: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      const value = item[name];
      if (value === undefined && 'isOptional' in read) continue;
      const attribute = read(value);
      if (attribute === undefined) throw new MalformedItemError(`Malformed ${kind}: attribute ${name}`);
      result[name] = attribute;
    }
    return result as ItemOf<Schema>;
  };
}
