import type { TodoRepresentation } from '../../functions/todos/description.ts';

const id = '01KB6VDEXAMP1E0F0F0F0T0D0X';

/** The todo of the examples. */
export const exampleTodo: TodoRepresentation = {
  id,
  title: 'Buy milk',
  date: '2026-12-24',
  completed: false,
  order: null,
  user: '01KB6VD3ZJ9M3Q0YH5XW7C8T2E',
  url: `https://api.example.com/todo/${id}`,
  created_at: '2026-11-24T12:00:00.000Z',
  updated_at: '2026-11-24T12:00:00.000Z',
};

const { title, date, completed, order } = exampleTodo;

/** The body that creates the example todo. */
export const exampleFields = { title, date, completed, order } as const;
