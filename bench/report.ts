/** How every bench reports: progress while it runs, a table, which bars hold, and as the last line one JSON object. */

/** A line of the table. */
export type Row = readonly [label: string, ...values: (string | number)[]];

/** Something that must hold, said as a sentence with its figure. */
export interface Bar {
  readonly says: string;
  readonly holds: boolean;
}

/** What a bench found. */
export interface Report {
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
  /** Everything measured, for machines. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** What may be chosen for a run. */
export interface Options {
  /** What they are is for each bench to say. */
  readonly seconds: number;
  /** Connections of the sender. */
  readonly connections: number;
  /** A folder for CPU profiles of the service; null for none. */
  readonly profile: string | null;
}

/** One bench. */
export interface Bench {
  readonly name: string;
  /** What it measures, for the command line. */
  readonly about: string;
  /** What `--seconds` and `--connections` mean to it, and their defaults. */
  readonly seconds: readonly [about: string, value: number];
  readonly connections: readonly [about: string, value: number];
  /** Measures. Stops everything that it started, also when `limit` aborts it. */
  run(options: Options, limit: AbortSignal): Promise<Report>;
}

const started = Date.now();

/** Says on standard error what happens now, with the seconds since the start. */
export const progress = (text: string): void =>
  void process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);

/** Prints the report. Returns whether all bars hold. */
export function print(name: string, { rows, bars, figures }: Report): boolean {
  const first = Math.max(...rows.map(([label]) => label.length));
  const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  );
  const lines = rows.map(([label, ...values]) =>
    [label.padEnd(first), ...values.map((value, index) => String(value).padStart(widths[index + 1] ?? 0))].join('  '),
  );
  const holds = bars.every((bar) => bar.holds);
  const said = bars.map((bar) => `${bar.holds ? 'holds' : 'FAILS'}  ${bar.says}`);
  process.stdout.write(`\n${lines.join('\n')}\n\n${said.join('\n')}\n\n`);
  process.stdout.write(`${JSON.stringify({ bench: name, holds, ...figures })}\n`);
  return holds;
}

/** The value below which the given share (0 to 1) of the values lies; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/** At most two decimals, as a number. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** `12,345`. */
export const thousands = (value: number): string => Math.round(value).toLocaleString('en');
