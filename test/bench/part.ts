/** A table of results, for the terminal and for RESULTS.md. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** The first cell names the variant. */
  readonly rows: readonly (readonly string[])[];
  /** The conditions of the measurement. */
  readonly note?: string;
}

/** The values of one variant in a chart. */
export interface Series {
  readonly name: string;
  /** One value for each label of the chart; undefined where there is none. */
  readonly values: readonly (number | undefined)[];
}

/** The data of a chart, from the same numbers as the tables. drawing/chart.ts draws it. */
export interface Chart {
  /** The file is charts/<name>.svg. */
  readonly name: string;
  readonly title: string;
  /** `bars` draws the series of a label below each other, `stacked bars` draws them in one bar. Both are horizontal. */
  readonly kind: 'bars' | 'stacked bars' | 'lines';
  /** The unit of the values, such as `milliseconds`. */
  readonly unit: string;
  /** The names of bars, or the places on the horizontal axis of lines. Numbers get a place in proportion. */
  readonly labels: readonly string[] | readonly number[];
  /** The title of the horizontal axis of lines, such as `minutes`. */
  readonly labelTitle?: string;
  readonly series: readonly Series[];
  /** The decimal places of the values; 0 by default. */
  readonly decimals?: number;
  /** A line across the chart, with its text. */
  readonly goal?: { readonly text: string; readonly value: number };
  /** What the chart shows, in one sentence with figures. A reader who sees no image gets it. */
  readonly finding: string;
}

/** A line at the start of RESULTS.md. */
export interface Claim {
  /** Such as `2.45 ×`. */
  readonly figure: string;
  /** What the figure is, such as `the GETs of Django, per second`. */
  readonly text: string;
}

/** What a part has measured in one run. */
export interface Results {
  readonly tables: readonly ResultTable[];
  readonly charts?: readonly Chart[];
  readonly claims?: readonly Claim[];
}

/** A part of the benchmark. It measures several variants in the same run. */
export interface Part {
  /** Names the part on the command line and in RESULTS.md. */
  readonly name: string;
  /** The heading above its tables. Its claims link to it. */
  readonly section: string;
  /** The file for its tables; RESULTS.md by default. A part that computes the same on every machine has its own file. */
  readonly document?: 'SCALING.md';
  /** The reason why the part cannot run on this machine, such as a missing program; undefined if it can run. */
  unavailable?(): Promise<string | undefined>;
  /** Runs the part. It stops everything that it starts. */
  run(): Promise<Results>;
}
