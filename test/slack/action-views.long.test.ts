/** The card of an action, its forms and what it leaves on other cards, against Slack's limits and hostile texts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runChoicesOf } from '../../src/action/choices.ts';
import type { Facts } from '../../src/incident/facts.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import type { Incident } from '../../src/incident/incident.ts';
import type { Run } from '../../src/action/run.ts';
import { verbs } from '../../src/action/action.ts';
import { encodeRun, runValue } from '../../src/slack/ids.ts';
import { actionCardOf } from '../../src/slack/views/action.ts';
import { glassForm } from '../../src/slack/views/break-glass.ts';
import { closeForm } from '../../src/slack/views/close.ts';
import { doForm } from '../../src/slack/views/do.ts';
import { draw } from '../../src/slack/views/draw.ts';
import { keepForm } from '../../src/slack/views/keep.ts';
import { viewIssues } from '../../sandbox/slack/blocks/validate.ts';
import { at } from '../incident/samples.ts';
import { acting } from './actions.ts';
import { expectHarmless } from './harmless.ts';
import { incident, text } from './hostile.ts';

/** An incident and one of its runs. */
const acted: fc.Arbitrary<{ readonly each: Incident; readonly run: Run }> = incident
  .filter(({ runs }) => Object.keys(runs).length > 0)
  .chain((each) => fc.constantFrom(...Object.values(each.runs)).map((run) => ({ each, run })));
const facts: fc.Arbitrary<Facts> = fc.constantFrom<Facts[]>(acting, onlyTalks);
const now = at(700);

describe('whatever a run holds', () => {
  it('its card is accepted by Slack and calls nobody', () => {
    fc.assert(
      fc.property(acted, facts, ({ each, run }, known) =>
        expectHarmless(actionCardOf(each, run, { now, facts: known })),
      ),
      { numRuns: 120 },
    );
  });

  it('its card offers exactly what the rule book accepts from somebody with every role', () => {
    fc.assert(
      fc.property(acted, facts, ({ each, run }, known) => {
        const { blocks } = actionCardOf(each, run, { now, facts: known });
        const values = [...JSON.stringify(blocks).matchAll(/"value":"(v1:[^"]+)"/gu)].map(([, value]) => value);
        const shown = values.map((value) => runValue.parse(value));
        expect(shown.map(({ choice }) => choice)).toEqual(runChoicesOf(each, run, now, known));
        expect(shown.every((seen) => seen.run === run.id && seen.number === 7)).toBe(true);
        const digest = run.stand.is === 'planned' ? run.stand.plan.digest : '';
        expect(shown.filter(({ choice, mark }) => choice === 'approve' && mark !== digest)).toEqual([]);
        expect(known === onlyTalks && shown.some(({ choice }) => choice === 'revert')).toBe(false);
        expect(each.human.is === 'closed' && shown.length > 0).toBe(false);
      }),
      { numRuns: 120 },
    );
  });

  it('its forms, the card of the incident and the form that closes it are accepted by Slack', () => {
    fc.assert(
      fc.property(acted, text, fc.constantFrom(null, ...verbs), ({ each, run }, said, verb) => {
        const services = acting.services.map((service) => ({ ...service, name: said }));
        const forms = [
          keepForm(run, run.by, now, '{}'),
          glassForm(run, '{}'),
          closeForm(each, true, '{}'),
          doForm({ number: each.number, place: said, verb }, said === '' ? [] : services, '7'),
          doForm({ number: each.number, place: null, verb }, acting.services, '7'),
        ];
        expect(forms.flatMap(viewIssues)).toEqual([]);
        expectHarmless(draw(each, { surface: 'card', now, channel: 'C0INC', postedAt: now }));
      }),
      { numRuns: 60 },
    );
  });
});

it('the value of a button is read as it was written, and nothing else is read', () => {
  const seen = { run: '12-3', choice: 'break-glass', mark: '4' } as const;
  expect(runValue.parse(encodeRun(seen))).toEqual({ ...seen, number: 12 });
  for (const value of ['v2:12-3:keep:4', 'v1:12:keep:4', 'v1:12-3:run:4', 'v1:12-3:keep', 'v1:12-3:keep:4:5', '']) {
    expect(runValue.safeParse(value).success).toBe(false);
  }
});
