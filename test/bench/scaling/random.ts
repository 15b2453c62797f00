/** Numbers from 0 to below 1, the same for the same seed (mulberry32): a simulation that anyone can repeat. */
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

/** The time to the next event of a Poisson process. */
export function exponential(random: () => number, rate: number): number {
  return -Math.log(1 - random()) / rate;
}
