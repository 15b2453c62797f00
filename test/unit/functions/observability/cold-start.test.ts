import { describe, expect, it } from 'vitest';
import { createColdStart } from '../../../../functions/observability/cold-start.ts';

describe('the cold start of an environment', () => {
  it('is for the first request only, with the duration of the start phase in whole milliseconds', () => {
    const takeColdStart = createColdStart(181.6);
    expect(takeColdStart()).toEqual({ cold_start: true, start_ms: 182 });
    expect(takeColdStart()).toBeUndefined();
    expect(takeColdStart()).toBeUndefined();
  });
});
