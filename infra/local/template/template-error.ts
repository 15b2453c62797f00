/** The template cannot be deployed locally, or would not work on AWS. The message names the place. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}
