/** Quantities such as `250m` or `512Mi`, and bounds such as `25%`. */

import type { Bound } from './kinds.ts';

const units: { readonly [suffix: string]: number } = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The number that a quantity stands for; 0 when it is none. */
export function quantity(text: string): number {
  const [, digits, suffix = ''] = /^([\d.]+)([a-zA-Z]*)$/.exec(text) ?? [];
  return digits === undefined ? 0 : Number(digits) * (units[suffix] ?? 0);
}

/** The shortest way to write a number as a quantity, in thousandths where it is not whole. */
export function written(value: number): string {
  const binary = ['Gi', 'Mi', 'Ki'].find((suffix) => value >= 2 ** 20 && value % (units[suffix] ?? 1) === 0);
  if (binary !== undefined) return `${value / (units[binary] ?? 1)}${binary}`;
  return Number.isInteger(value) ? String(value) : `${Math.round(value * 1000)}m`;
}

/** How many pods a bound means; percentages of the total are rounded up or down. */
export function resolved(bound: Bound | undefined, total: number, round: 'up' | 'down'): number {
  if (bound === undefined) return 0;
  if (typeof bound === 'number') return bound;
  const share = (Number.parseFloat(bound) * total) / 100;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
