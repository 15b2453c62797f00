/** The endpoints for which a test can inject a fault. */
export type FaultyEndpointName = 'jwks' | 'userinfo' | 'token';

/** A fault that a test injects. */
export interface Fault {
  /** The status of the response. The default is 500 if there is a `body` or `headers`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Closes the connection without a response. */
  readonly reset?: boolean;
  /** Milliseconds to wait first. If the fault is only a delay, the usual response follows. */
  readonly delayMs?: number;
  /** The number of requests with this fault. The default is 1; `Infinity` lasts until the faults are cleared. */
  readonly times?: number;
}

export interface Faults {
  /** Queues a fault. It starts when the earlier faults of the endpoint are used up. */
  add(endpoint: FaultyEndpointName, fault: Fault): void;
  /** Gives the fault of this request, if there is one, and counts it as used. */
  take(endpoint: string): Fault | undefined;
  clear(): void;
}

/** Makes an empty queue of faults. */
export function createFaults(): Faults {
  let planned: { endpoint: FaultyEndpointName; fault: Fault; remaining: number }[] = [];

  return {
    add(endpoint, fault) {
      planned.push({ endpoint, fault, remaining: fault.times ?? 1 });
    },
    take(endpoint) {
      const entry = planned.find((candidate) => candidate.endpoint === endpoint && candidate.remaining > 0);
      if (!entry) return undefined;
      entry.remaining -= 1;
      return entry.fault;
    },
    clear() {
      planned = [];
    },
  };
}
