/** Kubernetes quantities: `500m`, `1.5Gi`, `12e3`. */

const units: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity means; NaN when it is none. */
export function readQuantity(written: string): number {
  const [, digits = '', unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(written) ?? [];
  return digits === '' ? Number.NaN : Number(digits) * (units[unit] ?? Number.NaN);
}

/** A whole number, or a share of one: `25%` of 4. */
export function readShare(written: unknown, of: number, round: (value: number) => number): number | null {
  if (typeof written === 'number') return written;
  const [, percent] = typeof written === 'string' ? (/^(\d+(?:\.\d+)?)%$/.exec(written) ?? []) : [];
  return percent === undefined ? null : round((of * Number(percent)) / 100);
}
