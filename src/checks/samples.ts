/** Samples of a PromQL answer: every one compared with what was expected, and the one that tells most. */
import type { Instant } from '../incident/incident.ts';
import type { Comparison } from '../runbook/runbook.ts';

/** One number of one series. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly value: number;
}

/** How the samples compare. */
export interface Compared {
  /** False for none. */
  readonly passed: boolean;
  readonly series: number;
  readonly samples: number;
  /** The one that fails most, or that is nearest to failing. */
  readonly worst: Sample;
}

/** Compares every sample; they may not be none. NaN is no number, so it satisfies nothing, `!=` neither. */
export function compare(series: readonly (readonly Sample[])[], expected: Comparison): Compared | null {
  const samples = series.flat();
  const [first, ...rest] = samples;
  if (first === undefined) return null;
  const worst = rest.reduce(
    (found, sample) => (badness(sample, expected) > badness(found, expected) ? sample : found),
    first,
  );
  const passed = samples.every(({ value }) => satisfies(value, expected));
  return { passed, series: series.filter(({ length }) => length > 0).length, samples: samples.length, worst };
}

function satisfies(value: number, { sign, value: bound }: Comparison): boolean {
  switch (sign) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '==':
      return value === bound;
    case '!=':
      return !Number.isNaN(value) && value !== bound;
  }
}

/** Larger is worse; NaN, which says nothing at all, is worst. */
function badness({ value }: Sample, { sign, value: bound }: Comparison): number {
  if (Number.isNaN(value)) return Infinity;
  switch (sign) {
    case '<':
    case '<=':
      return below(value);
    case '>':
    case '>=':
      return below(-value);
    case '==':
      return value === bound ? -Infinity : below(Math.abs(value - bound));
    case '!=':
      return value === bound ? below(Infinity) : -Math.abs(value - bound);
  }
}

/** Infinity is bad, and yet a number. */
const below = (value: number): number => Math.min(value, Number.MAX_VALUE);

/** A number as people read it: six digits, and infinities as Prometheus writes them. */
export function printNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(Number(value.toPrecision(6)));
}

/** The labels that tell a sample's series from the others: `instance="a"`. All of them, when it stands alone. */
export function distinction(worst: Sample, series: readonly (readonly Sample[])[]): string {
  const others = series.map(([first]) => first?.labels ?? {});
  return Object.entries(worst.labels)
    .filter(([name, value]) => name !== '__name__' && others.some((labels) => labels[name] !== value))
    .map(([name, value]) => `${name}=${JSON.stringify(value.slice(0, 40))}`)
    .join(', ');
}
