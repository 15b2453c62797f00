import type { ReferenceObject, SchemaObject } from 'openapi3-ts/oas31';
import { problemDetailsSchema } from '../../functions/http/problem-details.ts';
import { todoRepresentationSchema } from '../../functions/todos/representation.ts';
import { newTodoSchema, todoChangesSchema } from '../../functions/todos/schemas.ts';
import { userRepresentationSchema } from '../../functions/users/representation.ts';
import { toObjectSchema } from './json-schema.ts';

/** Limits that functions/todos/schemas.ts checks by code, as code points and after trimming. */
const title = {
  description: '1 to 1,000 characters, without the spaces around it.',
  minLength: 1,
  maxLength: 1_000,
  pattern: '\\S',
};
const date = { description: 'A calendar day.' };
const completed = { description: 'Whether it is done.' };
const order = { description: 'Where clients show it, if they sort by it.' };

const newTodo = toObjectSchema(newTodoSchema, 'input', {
  title,
  date: { description: 'A calendar day; today in UTC, if it is left out.' },
  completed,
  order,
});

const todoChanges = toObjectSchema(todoChangesSchema, 'input', { title, date, completed, order });

const todo = toObjectSchema(todoRepresentationSchema, 'output', {
  id: { description: 'A ULID; ids are in the order of creation.' },
  title: { description: title.description },
  date,
  completed,
  order,
  user: { description: 'The id of the user whose todo it is.' },
  url: { description: 'Its address.' },
  created_at: { description: 'When it was created.' },
  updated_at: { description: 'When it was last changed.' },
});

const user = toObjectSchema(userRepresentationSchema, 'output', {
  id: { description: 'The id of the user at this API.' },
  email: { description: 'The verified email address by which identities are linked.' },
  created_at: { description: 'When the user was first seen.' },
  identities: { description: 'The identities at the issuer that are this user.' },
});

const { required, ...problemDetails } = toObjectSchema(problemDetailsSchema, 'output', {
  type: { description: 'Always this: the status and `detail` say it all (RFC 9457 §4.2.1).' },
  title: { description: 'The name of the status.' },
  status: {
    description: 'The status of the answer. The gateway leaves it out of answers that it did not foresee.',
  },
  detail: { description: 'What happened, for a person to read.' },
  request_id: { description: 'The id of the request, by which its log is found.' },
  errors: {
    description: 'What is wrong, by the name of the field, parameter or header: all faults at once.',
  },
});

const components = {
  Todo: todo,
  Todos: { type: 'array', items: { $ref: '#/components/schemas/Todo' } },
  NewTodo: newTodo,
  TodoChanges: todoChanges,
  User: user,
  Export: {
    type: 'object',
    required: ['user', 'todos'],
    properties: {
      user: { $ref: '#/components/schemas/User' },
      todos: { $ref: '#/components/schemas/Todos' },
    },
  },
  Problem: { ...problemDetails, required: required?.filter((name) => name !== 'status') ?? [] },
} as const satisfies Record<string, SchemaObject>;

export type SchemaName = keyof typeof components;

/** The schemas of the document, by their names in it. */
export const schemas: Readonly<Record<SchemaName, SchemaObject>> = components;

/** A schema as the document refers to it. */
export function schemaReference(name: SchemaName): ReferenceObject {
  return { $ref: `#/components/schemas/${name}` };
}
