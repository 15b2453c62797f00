/** A call of the client, the status of its response, and what the client got from the typed response. */
export interface Step {
  readonly step: string;
  readonly status: number;
  readonly [seen: string]: unknown;
}

/**
 * What each program does in this order, and prints. Its user has no todos before. The order of the first todo is the
 * first whole number that a 32-bit floating-point number cannot hold.
 */
export const round: readonly Step[] = [
  { step: 'create', status: 201, title: 'First', date: '2026-12-24', order: 16_777_217, etag: '"1"' },
  { step: 'create another', status: 201, title: 'Second' },
  { step: 'first page', status: 200, titles: ['First'], more: true },
  { step: 'second page', status: 200, titles: ['Second'], more: false },
  { step: 'change', status: 200, title: 'First', completed: true, order: 16_777_217, etag: '"2"' },
  {
    step: 'change with the old ETag',
    status: 412,
    kind: 'stale-version',
    detail: 'The todo has changed: its ETag is not one of If-Match.',
  },
  {
    step: 'list a range in another order',
    status: 400,
    kind: 'invalid-request',
    errors: ['must be date or -date together with date_from or date_to'],
  },
  { step: 'delete', status: 204 },
  { step: 'get what is deleted', status: 404, kind: 'not-found', detail: 'There is no such todo.' },
];
