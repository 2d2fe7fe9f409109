/** The runbook card and the forms of its steps, against Slack's limits and hostile texts; and the Markdown of instructions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesOf, stepChoicesOf } from '../../src/runbook/choices.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Facts } from '../../src/incident/facts.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Runbook } from '../../src/runbook/runbook.ts';
import type { Walk } from '../../src/runbook/walk.ts';
import { stepValue } from '../../src/slack/ids.ts';
import { assignForm } from '../../src/slack/views/assign.ts';
import { goToForm } from '../../src/slack/views/go-to.ts';
import { libraryOf } from '../../src/slack/views/library.ts';
import { markdownOf } from '../../src/slack/views/markdown.ts';
import { runbookCardOf } from '../../src/slack/views/runbook.ts';
import type { WalkScene } from '../../src/slack/views/runbook.ts';
import { skipForm } from '../../src/slack/views/skip.ts';
import { viewIssues } from '../../sandbox/slack/blocks/validate.ts';
import { at } from '../incident/samples.ts';
import { expectHarmless } from './harmless.ts';
import { incident, text } from './hostile.ts';

const able = fc.record({ act: fc.boolean(), diagnose: fc.boolean(), page: fc.boolean(), automate: fc.boolean() });
const stats = fc.constantFrom('instruction', 'check', 'action').chain((kind) =>
  fc.record({
    runbook: fc.constantFrom('one', 'two'),
    step: fc.constantFrom('s0', 's1'),
    title: text,
    kind: fc.constant(kind),
    runs: fc.nat(99),
    failed: fc.nat(99),
    helped: fc.nat(99),
    median: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true })),
  }),
);
const facts: fc.Arbitrary<Facts> = able.map((can) => ({ ...onlyTalks, able: can }));
const scene: fc.Arbitrary<WalkScene> = fc.record({
  now: fc.constant(at(700)),
  facts,
  stats: fc.array(stats, { maxLength: 4 }),
  buttons: fc.constant(true),
});
/** An incident that follows a runbook. */
const followed = incident
  .map((each) => ({ each, walk: each.walk }))
  .filter((drawn): drawn is { each: Incident; walk: Walk } => drawn.walk !== null);

/** What the buttons and menus of a message say that they are. */
function offered(blocks: readonly unknown[]): unknown[] {
  const values = [...JSON.stringify(blocks).matchAll(/"value":"(v1:[^"]+)"/gu)].map(([, value]) => value);
  return values.map((value) => stepValue.parse(value).choice);
}

describe('whatever a runbook holds', () => {
  it('its card is accepted by Slack and calls nobody', () => {
    fc.assert(
      fc.property(followed, scene, ({ each, walk }, where) => expectHarmless(runbookCardOf(each, walk, where))),
      { numRuns: 300 },
    );
  });

  it('its card offers exactly what the rule book accepts, and nothing to one person or when it is over', () => {
    fc.assert(
      fc.property(followed, scene, ({ each, walk }, where) => {
        const accepted = stepChoicesOf(each, where.now, where.facts);
        const answers = accepted.filter((choice) => typeof choice === 'object').length;
        const shown = offered(runbookCardOf(each, walk, where).blocks);
        expect(shown).toEqual(answers > 25 ? accepted.filter((c) => typeof c === 'string' || c.answer < 25) : accepted);
        expect(offered(runbookCardOf(each, walk, { ...where, buttons: false }).blocks)).toEqual([]);
        expect(shown.length > 0 && (walk.cursor === null || each.human.is === 'closed')).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('its forms are accepted by Slack', () => {
    fc.assert(
      fc.property(followed, facts, ({ each }, known) => {
        const places = placesOf(each, at(700), known);
        const forms = [
          skipForm(each, '{}'),
          assignForm(each, '{}'),
          ...(places.length > 0 ? [goToForm(each, places, '{}')] : []),
        ];
        expect(forms.flatMap(viewIssues)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('the list of runbooks is accepted by Slack', () => {
    const matcher = { label: 'a', sign: '=' as const, test: () => true };
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 60 }), (rows) => {
        const library = rows.map(([id, title, match]): Runbook => {
          const rest = { about: '', services: [], kind: 'incident', schedule: null, steps: [], hash: '' } as const;
          return { id, title, match: [{ ...matcher, text: match }], ...rest };
        });
        expectHarmless(libraryOf(library));
      }),
      { numRuns: 50 },
    );
  });
});

const scope = {
  labels: { job: '**not bold** [x](https://evil.example)\n- no point', host: 'evil.example', who: 'ana & bo' },
  annotations: {},
  service: { health_url: 'https://checkout.example/health' },
  incident: { number: '12', title: 'It <!channel> broke', severity: 'high' },
};
const read = (written: string, max = 1000) => markdownOf(written, scope, max);
const plain = (said: string) => ({ type: 'text', text: said });

describe('the Markdown of an instruction', () => {
  it('knows bold, code, links and addresses', () => {
    expect(
      read('Press **Done**, run `ls -l` or see [the wiki](https://wiki.example/a) and https://b.example/c.'),
    ).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          plain('Press '),
          { type: 'text', text: 'Done', style: { bold: true } },
          plain(', run '),
          { type: 'text', text: 'ls -l', style: { code: true } },
          plain(' or see '),
          { type: 'link', url: 'https://wiki.example/a', text: 'the wiki' },
          plain(' and '),
          { type: 'link', url: 'https://b.example/c', text: 'https://b.example/c' },
          plain('.'),
        ],
      },
    ]);
  });

  it('knows lists, headings and blocks of code, whose spaces are kept', () => {
    expect(read('# First\n1. one\n\n- two\n- three\n```yaml\na:\n  b\n```\n')).toEqual([
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: 'First', style: { bold: true } }, plain('\n'), plain('1. one')],
      },
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: [
          { type: 'rich_text_section', elements: [plain('two')] },
          { type: 'rich_text_section', elements: [plain('three')] },
        ],
      },
      { type: 'rich_text_preformatted', elements: [plain('a:\n  b')] },
    ]);
  });

  it('shows what a label holds as text, which never formats anything', () => {
    expect(read('Look at {{labels.job}} of {{incident.title}} and {{labels.none}}')).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          plain(
            'Look at **not bold** [x](https://evil.example) - no point of It <!channel> broke and (no labels.none)',
          ),
        ],
      },
    ]);
  });

  it.each([
    ['[host](https://{{labels.host}}/x)', 'host (https://evil.example/x)'],
    ['[script](javascript:alert)', 'script (javascript:alert)'],
    ['[all]({{labels.host}})', 'all (evil.example)'],
  ])('a label decides no address: %s', (written, said) => {
    expect(read(written)).toEqual([{ type: 'rich_text_section', elements: [plain(said)] }]);
  });

  it('a label may be asked for in an address, where it is encoded; a service may name one', () => {
    const links = JSON.stringify(read('[a](https://a.example/?q={{labels.who}}&r=1) [b]({{ service.health_url }})'));
    expect(links).toContain('"url":"https://a.example/?q=ana%20%26%20bo&r=1"');
    expect(links).toContain('"url":"https://checkout.example/health"');
  });

  it('that is too long is cut, and says so', () => {
    const cut = JSON.stringify(read('word '.repeat(1000)));
    expect(cut.length).toBeLessThan(1300);
    expect(cut).toContain('The file of the runbook says more.');
  });
});
