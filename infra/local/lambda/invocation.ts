/** The outcome of an invocation: the function's result, or its error as Lambda reports it. */
export type InvocationResult =
  | { ok: true; payload: unknown }
  | { ok: false; errorType: string; errorMessage: string };

export type InvocationError = Extract<InvocationResult, { ok: false }>;
