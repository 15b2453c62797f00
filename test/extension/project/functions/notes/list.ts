import { isUlid } from '../dynamodb/ulid.ts';
import { encodeCursor, parseIdCursor } from '../http/cursor.ts';
import { pageHeaders } from '../http/page-link.ts';
import { parseQuery } from '../http/query.ts';
import { resourceRoute } from '../resource-route.ts';
import { createNoteStore, toRepresentation } from './note.ts';
import { noteQuerySchema } from './schemas.ts';

/** `GET /notes`: a page of the caller's notes, with a link to the next one. */
export const handler = resourceRoute(
  { store: createNoteStore, query: (query) => parseQuery(noteQuerySchema, query) },
  async (request, store) => {
    const { limit, cursor } = request.query;
    const after = parseIdCursor(cursor, isUlid);
    const { notes, next } = await store.list(request.caller.userId, Number(limit), after);
    const headers = pageHeaders(request, '/notes', next && encodeCursor([next]));
    return { status: 200, body: notes.map(toRepresentation), headers };
  },
);
