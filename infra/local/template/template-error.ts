/** The template cannot be deployed here, or would not work on AWS either. The message names the place. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}
