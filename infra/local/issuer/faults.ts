/** The endpoints that can be made to fail. */
export type FaultyEndpoint = 'jwks' | 'userinfo' | 'token';

/** What goes wrong at an endpoint. */
export interface Fault {
  /** The status to answer with; 500 when only `body` or `headers` is given. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Closes the connection in place of an answer. */
  readonly reset?: boolean;
  /** Milliseconds to wait first. A fault of nothing but a delay is then answered as usual. */
  readonly delayMs?: number;
  /** How many requests it befalls, 1 by default; `Infinity` until the faults are cleared. */
  readonly times?: number;
}

export interface Faults {
  /** Queues a fault: it begins when those before it at that endpoint are used up. */
  add(endpoint: FaultyEndpoint, fault: Fault): void;
  /** The fault that befalls this request, if any; counts it as used. */
  take(endpoint: string): Fault | undefined;
  clear(): void;
}

/** Makes an empty plan of faults. */
export function createFaults(): Faults {
  let planned: { endpoint: FaultyEndpoint; fault: Fault; remaining: number }[] = [];

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
