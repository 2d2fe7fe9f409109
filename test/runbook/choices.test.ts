/** What a step offers: whatever the rule book would accept, and the ways that lead on. */
import { describe, expect, it } from 'vitest';
import { placesOf, stepChoicesOf, waysOf } from '../../src/runbook/choices.ts';
import type { Runbook } from '../../src/runbook/runbook.ts';
import { onlyTalks } from '../../src/incident/facts.ts';
import { at } from '../incident/samples.ts';
import { http, openWalk, runbook, step, withLibrary } from './samples.ts';

const target = '{{service.target}}';
const restart = { kind: 'action', action: { type: 'restart', target } } as const;
const look = { kind: 'instruction', text: 'Look.' } as const;
const ask = { kind: 'check', check: http() } as const;

/** Opens a walk and tells what it offers. */
function opened(...runbooks: readonly Runbook[]) {
  const rules = withLibrary(...runbooks);
  const walk = openWalk(rules);
  return { ...walk, offers: (facts = rules) => stepChoicesOf(walk.incident(), at(500), facts) };
}

describe('a step offers', () => {
  it('what its kind is for, and always a way around it', () => {
    const everyday = ['skip', 'assign', 'go-to'];
    const last = step({ id: 'last', does: look });
    expect(opened(runbook([step({ id: 'a', does: look }), last])).offers()).toEqual(['done', ...everyday]);
    expect(opened(runbook([step({ id: 'a', does: ask }), last])).offers()).toEqual(['run', ...everyday]);
    expect(opened(runbook([step({ id: 'a', does: { kind: 'wait', duration: 1 } }), last])).offers()).toEqual(everyday);
    const options = [
      { label: 'Yes', next: { to: 'end' } as const },
      { label: 'No', next: { to: 'end' } as const },
    ];
    const decision = step({ id: 'a', does: { kind: 'decision', question: '?', options } });
    expect(opened(runbook([decision, last])).offers()).toEqual([{ answer: 0 }, { answer: 1 }, ...everyday]);
  });

  it('nothing that this Vigie can’t do', () => {
    const walk = opened(runbook([step({ id: 'a', does: restart })]));
    expect(walk.offers()).toEqual(['run', 'skip', 'assign']);
    expect(walk.offers({ ...withLibrary(), ...onlyTalks })).toEqual(['skip', 'assign']);
  });

  it('to try again what failed, and nothing but assigning while an action runs', () => {
    const walk = opened(runbook([step({ id: 'a', does: restart })]));
    walk.press({ type: 'StepBegun' });
    expect(walk.offers()).toEqual(['assign']);
    walk.end('failed', 'no');
    expect(walk.offers()).toEqual(['retry', 'skip', 'assign']);
  });

  it('nothing when the walk is over', () => {
    const walk = opened(runbook([step({ id: 'a', does: look })]));
    walk.press({ type: 'StepDone', note: '' });
    expect(walk.offers()).toEqual([]);
  });
});

it('one may go to every other step at which the walk would arrive', () => {
  const other = runbook([step({ id: 'inside', does: look })], { id: 'other', match: [] });
  const never = { label: 'severity', sign: '=' as const, text: '', test: () => false };
  const steps = [
    step({ id: 'a', does: look }),
    step({ id: 'b', does: look, match: [never] }),
    step({ id: 'c', does: { kind: 'runbook', runbook: 'other' } }),
    step({ id: 'd', does: look, after: { a: 'failed' } }),
    step({ id: 'e', does: ask, auto: true }),
  ];
  const rules = withLibrary(runbook(steps), other);
  const places = placesOf(openWalk(rules).incident(), at(500), rules);
  expect(places.map(({ id }) => id)).toEqual(['c', 'e']);
});

it('ways lead where success or an answer would', () => {
  const options = [
    { label: 'Yes', next: { to: 'step', id: 'c' } as const },
    { label: 'No', next: { to: 'end' } as const },
  ];
  const steps = [
    step({ id: 'a', does: ask }),
    step({ id: 'never', does: look, after: { a: 'failed' } }),
    step({ id: 'b', does: { kind: 'decision', question: '?', options } }),
    step({ id: 'c', does: look }),
  ];
  const walk = openWalk(withLibrary(runbook(steps)));
  const ways = () => waysOf(walk.incident(), at(500)).map(({ answer, to }) => [answer, to?.id ?? null]);
  expect(ways()).toEqual([[null, 'b']]);
  walk.press({ type: 'StepBegun' });
  walk.answer(true);
  expect(ways()).toEqual([
    ['Yes', 'c'],
    ['No', null],
  ]);
});
