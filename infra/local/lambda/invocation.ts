export type InvocationResult =
  | { ok: true; payload: unknown }
  | { ok: false; errorType: string; errorMessage: string };

export type InvocationError = Extract<InvocationResult, { ok: false }>;
