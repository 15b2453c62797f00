/** The file with the code of a function in its bundle, as CommonJS. `index.mjs` beside it loads and primes it. */
export const CODE_FILE = 'function.cjs';
