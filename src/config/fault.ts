/** What is wrong with a configuration: a fault with its place, how it prints, and the two errors that carry faults. */

/** One thing to correct. */
export interface Fault {
  /** The configuration file as it was named, or `environment` for a variable. */
  readonly file: string;
  /** First line is 1; 0 when the fault has no line (the environment, a file that can't be read). */
  readonly line: number;
  /** First column is 1, counted in UTF-16 units; 0 when there is no line. */
  readonly column: number;
  /** Where in the structure, `routes[1].policy`, or the variable's name; empty for the whole file. */
  readonly path: string;
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A fault before its place in the text is known: the path is still a list of keys and indexes. */
export interface Complaint {
  readonly path: readonly (string | number)[];
  /** Point at the last key of the path, or at the value behind it. */
  readonly at: 'key' | 'value';
  readonly problem: string;
  readonly remedy: string;
  /** Characters into the value's text. */
  readonly offset?: number;
}

/** Why one value can't be accepted. Thrown by its reader, which does not know where in the file the value stands. */
export class ValueFault extends Error {
  readonly problem: string;
  readonly remedy: string;
  /** Characters into the text that was read. */
  readonly offset: number;

  constructor(problem: string, remedy: string, options: { readonly offset?: number; readonly cause?: unknown } = {}) {
    super(`${problem}; ${remedy}`, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ValueFault';
    this.problem = problem;
    this.remedy = remedy;
    this.offset = options.offset ?? 0;
  }
}

/** All faults of a configuration; the message is the report to print. */
export class ConfigFaults extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super([`the configuration has ${count}:`, ...faults.map((fault) => `  ${printFault(fault)}`)].join('\n'));
    this.name = 'ConfigFaults';
    this.faults = faults;
  }
}

/**
 * One line, `vigie.yaml:4:9: http.public.port: 70000 is not a port; write …`, in the form that editors make clickable.
 */
export function printFault({ file, line, column, path, problem, remedy }: Fault): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${path === '' ? '' : `${path}: `}${problem}; ${remedy}`;
}

/** A path as people write it: `routes[1].policy`, `people["ana@example.com"]`. */
export function printPath(path: readonly (string | number)[]): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[\w-]+$/.test(step) && step.length <= longest) return index === 0 ? step : `.${step}`;
      return `[${step.length > longest ? '…' : JSON.stringify(step)}]`;
    })
    .join('');
}

/**
 * A value of the file as a fault may show it. Anything longer than 30 characters is only counted: the shortest secrets
 * of our neighbours (a Slack signing secret, a PagerDuty key) have 32, and people do paste them into the wrong line.
 */
export function quote(value: unknown): string {
  const text = String(value);
  return text.length > longest ? `a text of ${text.length} characters` : `\`${JSON.stringify(text).slice(1, -1)}\``;
}

const longest = 30;
