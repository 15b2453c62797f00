/** An error that the person at the terminal can correct. The message is one sentence that says how. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
