/** Whatever is in a file, Vigie answers with a runbook or with faults that have their place. */
import fc from 'fast-check';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readRunbook } from '../../../src/config/runbooks/library.ts';
import { readQuery } from '../../../src/config/runbooks/promql.ts';
import { ValueFault } from '../../../src/config/fault.ts';
import { expandQuery } from '../../../src/runbook/expand.ts';

const folder = join(import.meta.dirname, '../../fixtures/runbooks/broken');
const texts = globSync('*.yaml', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));

function check(text: string): void {
  const lines = text.split(/\r?\n/);
  const { runbook, faults } = readRunbook('any.yaml', text);
  expect(runbook === null).toBe(faults.length > 0);
  for (const { line, column, problem, remedy } of faults) {
    expect(problem.length * remedy.length).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
  }
}

describe('any file', () => {
  it('of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), check), { numRuns: 150 });
  });

  it('of the right words in the wrong order', () => {
    const words = [
      ...new Set(
        texts
          .join('\n')
          .split(/([\w.-]+|\s+|[^\w\s])/)
          .filter(Boolean),
      ),
    ];
    const some = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((found) => found.join(''));
    fc.assert(fc.property(some, check), { numRuns: 200 });
  });

  it('that is a broken one with another piece cut out or put in', () => {
    const cut = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat({ max: 30 }), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(cut, ([text, place, length, piece]) => {
        const at = place % text.length;
        check(text.slice(0, at) + piece + text.slice(at + length));
      }),
      { numRuns: 200 },
    );
  });

  const names =
    'id title steps instruction check http url promql query expect action restart target to when match after'
      .concat(
        ' next on_failure verify decision question options label escalate level runbook wait auto schedule cron kind',
      )
      .split(' ');
  const hostile = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length'];
  const any = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(...names, ...hostile, '{{service.target}}', '{{labels.x}}', 'end', '5m', 'any'),
      fc.constantFrom(null, true, 0, -1, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, ...hostile), tie('value'), { maxKeys: 5 }),
    ),
  })).value;

  it('of any shape, with hostile names', () => {
    const shape = fc.record({
      id: any,
      title: any,
      steps: fc.oneof(any, fc.array(any, { maxLength: 4 })),
      schedule: any,
    });
    fc.assert(
      fc.property(shape, (value) => check(stringify(value))),
      { numRuns: 200 },
    );
  });

  it('of steps whose links, kinds and values are anything', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'end', 'stop', 'next', 'constructor', 'any');
    const does = fc.constantFrom(
      { instruction: 'Do' },
      { wait: '1m' },
      { runbook: 'any' },
      { check: { http: { url: '{{service.health_url}}' } } },
      { action: { restart: { target: '{{service.target}}' } } },
      {
        decision: {
          question: 'Q',
          options: [
            { label: 'A', next: 'a' },
            { label: 'B', next: 'b' },
          ],
        },
      },
    );
    const step = fc.tuple(
      does,
      fc.record(
        {
          id: ids,
          title: ids,
          next: ids,
          on_failure: ids,
          auto: fc.boolean(),
          when: fc.record({ after: fc.dictionary(ids, ids) }),
        },
        { requiredKeys: ['id', 'title'] },
      ),
    );
    const steps = fc.array(
      step.map(([kind, rest]) => ({ ...kind, ...rest })),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(steps, (all) => check(stringify({ id: 'any', title: 'Any', steps: all }))),
      { numRuns: 300 },
    );
  });

  it.each([
    ['deep', '['.repeat(500)],
    ['deep and closed', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
    ['long', `id: any\ntitle: ${'x'.repeat(500_001)}`],
    ['full of aliases', `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nsteps: [*c, *c]\nid: any`],
    ['in a circle', 'id: any\ntitle: Any\nsteps: &all [*all, {check: *all}]\n'],
    ['with a thousand steps', `id: any\ntitle: Any\nsteps:\n${'  - {id: a, title: A, wait: 1s}\n'.repeat(1_000)}`],
    [
      'with long names',
      `id: any\ntitle: Any\nsteps: [{id: ${'a'.repeat(90_000)}, title: A, wait: 1s, next: ${'b'.repeat(90_000)}}]`,
    ],
    [
      'with a long comparison',
      `id: any\ntitle: Any\nsteps: [{id: a, title: A, check: {promql: {query: up, expect: '${'1'.repeat(90_000)}'}}}]`,
    ],
    ['with other types', 'id: !!binary aGVsbG8=\ntitle: !!timestamp 2001-12-14\nsteps: !!set {a}\n'],
  ])('that is %s', (_, text) => {
    const begun = performance.now();
    check(text);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe('a query that passes', () => {
  const pieces = [
    'up',
    '{',
    '}',
    '(',
    ')',
    '[5m]',
    'job',
    '=',
    '!=',
    '=~',
    '"',
    "'",
    '`',
    ',',
    ' ',
    '#',
    '\n',
    '\\',
    '{{labels.x}}',
    'x',
  ];

  /** The words of a query; what stands between double quotes is one word. */
  const shape = (query: string): readonly string[] =>
    [...query.matchAll(/"(?:[^"\\]|\\[^])*"|[^]/g)].map(([word]) => (word.startsWith('"') ? '""' : word));

  it('keeps its shape, whatever the value of a label', () => {
    const queries = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join(''));
    const whole = fc.constantFrom(
      'up{job="{{labels.x}}"}',
      'sum(up{a!="{{labels.x}}",b="c"}) / 2',
      'up{ job = "{{ labels.x }}" }',
    );
    const values = fc.oneof(
      fc.string(),
      fc.constantFrom('"} or vector(1) #', '\\', '\\"', "'", '\n', '`', '{{labels.x}}'),
    );
    fc.assert(
      fc.property(fc.oneof(queries, whole), values, (query, value) => {
        try {
          readQuery(query);
        } catch (error) {
          if (error instanceof ValueFault) return;
          throw error;
        }
        const expanded = expandQuery(query, { labels: { x: value }, annotations: {}, service: {}, incident: {} });
        expect('text' in expanded ? shape(expanded.text) : []).toEqual(shape(query));
      }),
      { numRuns: 3_000 },
    );
  });
});

it('names of the files themselves may be anything', () => {
  for (const file of ['', '.', '/', '__proto__', 'a/b/constructor.yaml', '.yaml']) {
    const id = basename(file, '.yaml');
    expect(() => readRunbook(file, `id: ${id}\ntitle: X\nsteps: []\n`)).not.toThrow();
  }
});
