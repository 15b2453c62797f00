import { describe, expect, it } from 'vitest';
import { createColdStart } from '../../../../functions/observability/cold-start.ts';

describe('the cold start of an environment', () => {
  it('is for the first request only, with the duration of the start phase in whole milliseconds', () => {
    const { take } = createColdStart(() => 181.6);
    expect(take()).toEqual({ cold_start: true, start_ms: 182 });
    expect(take()).toBeUndefined();
    expect(take()).toBeUndefined();
  });

  it('lasts until the end of the priming', () => {
    let now = 80;
    const { noteEnd, take } = createColdStart(() => now);
    now = 121;
    noteEnd();
    now = 60_000;
    expect(take()).toEqual({ cold_start: true, start_ms: 121 });
  });
});
