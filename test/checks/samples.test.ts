/** Samples against what was expected of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, distinction, printNumber, type Sample } from '../../src/checks/samples.ts';
import type { Comparison } from '../../src/runbook/runbook.ts';

const sample = (value: number, labels: Readonly<Record<string, string>> = {}): Sample => ({ labels, at: 0, value });
const numbers = fc.oneof(fc.constantFrom(0, 1, -1, NaN, Infinity, -Infinity), fc.double());
const signs = fc.constantFrom<Comparison['sign'][]>('<', '<=', '>', '>=', '==', '!=');

describe('a comparison', () => {
  it('holds for all samples or fails, and the worst sample fails if any does', () => {
    const bounds = fc.oneof(fc.constantFrom(0, 1, Infinity, -Infinity), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(fc.array(numbers, { maxLength: 4 }), { maxLength: 4 }),
        signs,
        bounds,
        (values, sign, value) => {
          const alone = (number: number) => compare([[sample(number)]], { sign, value })?.passed;
          const all = compare(
            values.map((series) => series.map((number) => sample(number))),
            { sign, value },
          );
          const flat = values.flat();
          expect(all === null).toBe(flat.length === 0);
          if (all === null) return;
          expect(all.passed).toBe(flat.every(alone));
          expect(alone(all.worst.value)).toBe(all.passed);
          expect(all.samples).toBe(flat.length);
        },
      ),
    );
  });

  it.each(['<', '<=', '>', '>=', '==', '!='] as const)('%s never holds for NaN', (sign) => {
    for (const value of [0, 1, NaN, Infinity]) expect(compare([[sample(NaN)]], { sign, value })?.passed).toBe(false);
    expect(compare([[sample(NaN)], [sample(1e300)], [sample(Infinity)]], { sign, value: 0 })?.worst.value).toBeNaN();
  });

  it.each([
    ['<', 3],
    ['<=', 3],
    ['>', -2],
    ['>=', -2],
    ['==', 3],
    ['!=', 0],
  ] as const)('%s 0 has %d as its worst', (sign, worst) => {
    expect(compare([[sample(0), sample(-2)], [sample(3)]], { sign, value: 0 })?.worst.value).toBe(worst);
  });
});

it('numbers are read as people read them', () => {
  expect([0, -0, 1 / 3, 1e21, 123_456_789, Infinity, -Infinity, NaN, 0.1 + 0.2].map(printNumber)).toEqual([
    ...['0', '0', '0.333333', '1e+21', '123457000', '+Inf', '-Inf', 'NaN', '0.3'],
  ]);
});

it('a series is told from the others by the labels that differ', () => {
  const one = sample(1, { __name__: 'up', job: 'x', instance: 'a"b' });
  const other = sample(1, { __name__: 'down', job: 'x', instance: 'c' });
  expect(distinction(one, [[one], [other]])).toBe('instance="a\\"b"');
  expect(distinction(one, [[one]])).toBe('');
});
