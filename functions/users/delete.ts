import { deleteUser } from './delete-user.ts';
import { createUserDeletion } from './deletion.ts';
import { userRoute, userStoreDependencies } from './route.ts';
import { createUserStore } from './store.ts';

const dependencies = userStoreDependencies();
const users = createUserStore(dependencies);
const deletion = createUserDeletion(dependencies);

/** `DELETE /me`: the user and all that belongs to it; 202 when the sweep has todos left to remove. */
export const handler = userRoute(async ({ caller, header }) => {
  const isComplete = await deleteUser({ users, deletion }, caller.userId, header('If-Match'));
  return { status: isComplete ? 204 : 202 };
});
