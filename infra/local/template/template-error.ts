import { UserError } from '../user-error.ts';

/** The template cannot be deployed locally, or would not work on AWS. The message names the place. */
export class TemplateError extends UserError {
  override readonly name = 'TemplateError';
}
