/** A table of results, for the terminal and for RESULTS.md. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** The first cell names the variant. */
  readonly rows: readonly (readonly string[])[];
  /** The conditions of the measurement. */
  readonly note?: string;
}

/** A part of the benchmark. It measures several variants in the same run. */
export interface Part {
  /** Names the part on the command line and in RESULTS.md. */
  readonly name: string;
  /** The file for its tables; RESULTS.md by default. A part that computes the same on every machine has its own file. */
  readonly document?: 'SCALING.md';
  /** The reason why the part cannot run on this machine, such as a missing program; undefined if it can run. */
  unavailable?(): Promise<string | undefined>;
  /** Runs the part. It stops everything that it starts. */
  run(): Promise<readonly ResultTable[]>;
}
