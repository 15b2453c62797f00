import { pathId } from '../http/path-id.ts';
import { resourceRoute } from '../resource-route.ts';
import { createNoteStore, NoteNotFound } from './note.ts';

/** `DELETE /notes/{id}`: deletes a note. */
export const handler = resourceRoute({ store: createNoteStore }, async (request, store) => {
  await store.delete(request.caller.userId, pathId(request, NoteNotFound));
  return { status: 204 };
});
