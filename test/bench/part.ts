/** A table of results, as it is printed and written to RESULTS.md. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** The first cell names the variant. */
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to judge the numbers. */
  readonly note?: string;
}

/** A part of the benchmark: it measures variants side by side, in the same run. */
export interface Part {
  /** Names the part on the command line and in RESULTS.md. */
  readonly name: string;
  /** Where its tables go, if not to RESULTS.md: of a part that measures nothing, but computes the same everywhere. */
  readonly document?: 'SCALING.md';
  /** Why it cannot run on this machine, such as a program that is missing; undefined if it can. */
  unavailable?(): Promise<string | undefined>;
  /** Whatever it starts, it also stops. */
  run(): Promise<readonly ResultTable[]>;
}
