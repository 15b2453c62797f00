/**
 * Creates a generator of random numbers from 0 to below 1, with the algorithm mulberry32. The same seed gives the same
 * numbers, so anyone can repeat a simulation.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the time to the next event of a Poisson process. */
export function exponential(random: () => number, rate: number): number {
  return -Math.log(1 - random()) / rate;
}
