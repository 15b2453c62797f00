import { parseBody } from '../http/body.ts';
import { resourceRoute } from '../resource-route.ts';
import { createNoteStore, toRepresentation } from './note.ts';
import { newNoteSchema } from './schemas.ts';

/** `POST /notes`: a new note. */
export const handler = resourceRoute(
  { store: createNoteStore, body: (json) => parseBody(newNoteSchema, json) },
  async (request, store) => {
    const note = await store.create(request.caller.userId, request.body.text);
    const headers = { Location: `${request.baseUrl}/notes/${note.id}` };
    return { status: 201, body: toRepresentation(note), headers };
  },
);
