import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { createNoteStore, NoteNotFound, toRepresentation } from './note.ts';

/** `GET /notes/{id}`: one note. */
export const handler = resourceRoute({ store: createNoteStore }, async (request, store) => {
  const note = await store.get(request.caller.userId, pathId(request, NoteNotFound));
  return { status: 200, body: toRepresentation(note) };
});
