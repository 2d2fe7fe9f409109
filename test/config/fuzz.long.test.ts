/** Whatever is in the file, Vigie answers with a configuration or with faults that have their place. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDuration } from '../../src/config/duration.ts';
import { checkConfig } from '../../src/config/config.ts';
import { nearest } from '../../src/config/nearest.ts';
import { secrets, withFile } from './written.ts';

const example = readFileSync(join(import.meta.dirname, '../../vigie.example.yaml'), 'utf8');

describe('any file', () => {
  const check = (content: string): void => {
    const lines = content.split(/\r?\n/);
    for (const { line, column, problem, remedy } of withFile(content, (path) => checkConfig({ env: secrets, path }))) {
      expect(problem.length * remedy.length).toBeGreaterThan(0);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  };

  it('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), check), { numRuns: 100 });
  });

  it('of the right words in the wrong order', () => {
    const words = [...new Set(example.split(/([\w.-]+|\s+|[^\w\s])/).filter(Boolean))];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((some) => some.join('')),
        check,
      ),
      {
        numRuns: 150,
      },
    );
  });

  it('that is the example with a piece cut out or put in', () => {
    const place = fc.nat({ max: example.length });
    const cut = fc.tuple(place, fc.nat({ max: 30 }), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(cut, ([at, length, piece]) => check(example.slice(0, at) + piece + example.slice(at + length))),
      { numRuns: 100 },
    );
  });
});

describe('a duration', () => {
  it('is read as written', () => {
    const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 }), fc.constantFrom('s', 'm', 'h', 'd'), (amount, unit) => {
        expect(readDuration(`${amount}${unit}`)).toBe(amount * units[unit]);
      }),
    );
  });

  it.each(['5', 'm', '1.5h', '-5m', '5 m', '5M', '1h30m', '5ms', '', ' 5m', '99999999999s', '１m'])(
    'is not %j',
    (text) => {
      expect(() => readDuration(text)).toThrow('is not a duration');
    },
  );
});

it('a misspelt word finds the nearest known one, and nothing when none is near', () => {
  const known = ['sources', 'severities', 'services', 'slack'];
  const guesses = ['sorces', 'Sources', 'servcies', 'slakc', 'severity', 'colour', 's', ''].map((word) =>
    nearest(word, known),
  );
  expect(guesses).toEqual(['sources', 'sources', 'services', 'slack', null, null, null, null]);
});
