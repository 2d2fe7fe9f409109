/** Whatever people, neighbours and timers do, in any order and as often as they like: what a walk always keeps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WrittenStep } from '../../src/runbook/runbook.ts';
import { ana, bo } from '../incident/samples.ts';
import { http, openWalk, runbook, step, withLibrary } from './samples.ts';

const target = '{{service.target}}';
const verify = { rollout: null, alertClears: 120_000, check: http(2) };
const steps: readonly WrittenStep[] = [
  step({ id: 'health', does: { kind: 'check', check: http(2) }, auto: true, onFailure: 'next' }),
  step({ id: 'look', does: { kind: 'instruction', text: 'Look.' }, remind: 60_000 }),
  step({
    id: 'deployed',
    does: {
      kind: 'decision',
      question: 'Deployed?',
      options: [
        { label: 'Yes', next: { to: 'step', id: 'back' } },
        { label: 'No', next: { to: 'step', id: 'restart' } },
      ],
    },
  }),
  step({
    id: 'restart',
    does: { kind: 'action', action: { type: 'restart', target } },
    verify,
    onFailure: { step: 'back' },
  }),
  step({ id: 'wait', does: { kind: 'wait', duration: 60_000 }, after: { restart: 'done' } }),
  step({
    id: 'back',
    does: { kind: 'action', action: { type: 'rollback', target, to: 'previous' } },
    onFailure: 'escalate',
  }),
  step({ id: 'hand-over', does: { kind: 'escalate', level: 'next', note: '' } }),
];

const happening = fc.record({
  what: fc.constantFrom(
    'begin',
    'done',
    'skip',
    'answer',
    'choose',
    'check',
    'proof',
    'action',
    'page',
    'wait',
    'give up',
  ),
  /** How many visits ago the press was shown; mostly it is the visit at hand. */
  ago: fc.constantFrom(0, 0, 0, 0, 1, 2),
  attempt: fc.constantFrom(1, 1, 2),
  good: fc.boolean(),
  by: fc.constantFrom(ana, bo),
  pick: fc.nat(6),
});

type Walking = ReturnType<typeof openWalk>;

function happen(
  walk: Walking,
  { what, ago, attempt, good, by, pick }: typeof happening extends fc.Arbitrary<infer T> ? T : never,
): void {
  const visit = walk.visit() - ago;
  const says = 'says so';
  switch (what) {
    case 'begin':
      return void walk.meet({ type: 'StepBegun', by, visit });
    case 'done':
      return void walk.meet({ type: 'StepDone', by, visit, note: '' });
    case 'skip':
      return void walk.meet({ type: 'StepSkipped', by, visit, reason: 'because' });
    case 'answer':
      return void walk.meet({ type: 'StepAnswered', by, visit, option: pick });
    case 'choose':
      return void walk.meet({ type: 'StepChosen', by, visit, step: steps[pick]?.id ?? '' });
    case 'check':
      return void walk.meet({ type: 'CheckAnswered', visit, attempt, of: 'step', passed: good, says });
    case 'proof':
      return void walk.meet({ type: 'CheckAnswered', visit, attempt, of: 'verify', passed: good, says });
    case 'action':
      return walk.end(good ? 'succeeded' : 'failed', says);
    case 'page':
      return walk.page(good, says);
    case 'give up':
      return void walk.meet({ type: 'EffectGivenUp', effect: 'checks.ask', why: 'too old', visit, run: null });
    case 'wait':
      return walk.wait(pick);
  }
}

/** A walk after a random history, with everything that it asked of neighbours. */
const walked = fc.array(happening, { maxLength: 40 }).map((history) => {
  const walk = openWalk(withLibrary(runbook(steps)));
  const asked = walk.asked();
  for (const one of history) {
    happen(walk, one);
    asked.push(...walk.asked());
  }
  return { walk, asked };
});

describe('any walk', () => {
  test('leaves each visit exactly once, in order, and never leaves one out', () => {
    fc.assert(
      fc.property(walked, ({ walk: { memory } }) => {
        const ended = memory.lines
          .filter(({ type }) => type === 'StepEnded')
          .map((line) => ('visit' in line ? line.visit : 0));
        expect(ended).toEqual(ended.map((_, index) => index + 1));
      }),
    );
  });

  test('asks for each deed of a visit at most once, and for each attempt of a check at most once', () => {
    fc.assert(
      fc.property(walked, ({ asked }) => {
        // Notes only tell of what was done, and rechecks only look at it.
        const deeds = asked.filter(({ type }) => type !== 'pagerduty.note' && type !== 'kubernetes.recheck');
        const names = deeds.map((effect) =>
          'run' in effect
            ? `${effect.type} ${effect.run}`
            : 'visit' in effect
              ? [
                  effect.type,
                  effect.visit,
                  effect.attempt,
                  'of' in effect ? effect.of : '',
                  'note' in effect ? effect.note : '',
                ].join(' ')
              : 'page' in effect
                ? `${effect.type} ${effect.page}`
                : effect.type,
        );
        expect(names).toEqual([...new Set(names)]);
      }),
    );
  });

  test('that waits has its timer', () => {
    fc.assert(
      fc.property(walked, ({ walk }) => {
        const cursor = walk.incident().walk?.cursor;
        const stand = cursor?.stand;
        if (cursor === undefined || cursor === null || stand?.is !== 'waiting') return;
        expect(walk.memory.timers().some(({ wake }) => wake.type === 'WaitEnded' && wake.visit === cursor.visit)).toBe(
          true,
        );
      }),
    );
  });
});
