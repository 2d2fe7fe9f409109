/** What holds in whatever order polls of any replica and webhooks come in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiAlert } from '../../src/alertmanager/api-answers.ts';
import type { Answer } from '../../src/alertmanager/reconcile-absence.ts';
import { type Held, type Memory, noMemory, reconcile } from '../../src/alertmanager/reconcile.ts';
import { answer, at, follow, held, listed, recorded, rules, silence } from './reconcile-world.ts';

const names = ['a1', 'a2', 'a3'] as const;
const seconds = fc.integer({ min: -5, max: 70 });

/** A poll that some replica answers with what it happens to know. */
const poll = fc.record({
  is: fc.constant('poll'),
  after: seconds,
  age: fc.constantFrom(5_000, 300_000, 600_000, 7_200_000),
  lists: fc.subarray([...names, 'ff']),
  silenced: fc.subarray([...names]),
  /** Which alerts began anew, and when they were last posted, before the poll. */
  ago: fc.integer({ min: 0, max: 900 }),
  posted: fc.integer({ min: 0, max: 400 }),
  /** Whether what it found could be recorded. */
  kept: fc.boolean(),
});
const hook = fc.record({
  is: fc.constant('hook'),
  after: seconds,
  about: fc.constantFrom(...names),
  status: fc.constantFrom('firing' as const, 'resolved' as const),
});
const histories = fc.array(fc.oneof({ weight: 4, arbitrary: poll }, hook), { minLength: 1, maxLength: 60 });
type Step = (typeof histories extends fc.Arbitrary<infer T> ? T : never)[number];

function answerOf(step: Extract<Step, { is: 'poll' }>, now: number): Answer {
  const alerts = step.lists.map((fingerprint): ApiAlert =>
    listed({
      fingerprint,
      startsAt: at(now - step.ago),
      updatedAt: at(now - step.posted),
      silencedBy: step.silenced.some((name) => name === fingerprint) ? ['s1'] : [],
    }),
  );
  return answer(now, alerts, { age: step.age, silences: [silence()] });
}

const afterHook = (one: Held, { about, status }: Extract<Step, { is: 'hook' }>, now: number): Held => {
  if (one.alert.fingerprint !== about) return one;
  const endsAt = status === 'resolved' ? at(now) : null;
  return { ...one, heardAt: at(now), muted: null, alert: { ...one.alert, status, endsAt, changedAt: at(now) } };
};

interface Moment {
  readonly before: { readonly memory: Memory; readonly holds: readonly Held[] };
  readonly answer: Answer;
  /** Every answer so far that was newer than those before it and whose facts were recorded. */
  readonly log: readonly Answer[];
}

/** Plays a history, and looks at every poll. Returns what is left. */
function play(history: readonly Step[], look: (moment: Moment) => void) {
  let now = 0;
  let memory = noMemory();
  let holds: readonly Held[] = names.map((fingerprint) => held({ alert: { fingerprint } }));
  const log: Answer[] = [];
  for (const step of history) {
    now += step.after;
    if (step.is === 'hook') {
      holds = holds.map((one) => afterHook(one, step, now));
      continue;
    }
    const one = answerOf(step, now);
    look({ before: { memory, holds }, answer: one, log });
    const found = reconcile(memory, holds, one, rules);
    if (!step.kept && found.facts.length > 0) continue;
    if (one.at > memory.at) log.push(one);
    memory = found.memory;
    for (const fact of found.facts) holds = holds.map((each) => recorded(each, fact, one.at));
  }
  return { now, memory, holds };
}

const always = (look: (moment: Moment) => void): void =>
  fc.assert(
    fc.property(histories, (history) => void play(history, look)),
    { numRuns: 1_000 },
  );

describe('in every history', () => {
  it('what still fires in the API is never taken for gone', () => {
    always(({ before, answer: one, log }) => {
      for (const fact of reconcile(before.memory, before.holds, one, rules).facts) {
        if (fact.is !== 'gone') continue;
        const { fingerprint } = fact;
        const heardAt = before.holds.find(({ alert }) => alert.fingerprint === fingerprint)?.heardAt ?? Infinity;
        const answers = [...log, one].filter((each) => each.at > heardAt);
        const lastSeen = answers.findLastIndex(({ alerts }) => alerts.some((each) => each.fingerprint === fingerprint));
        const missing = answers.slice(lastSeen + 1).filter(({ age }) => age >= rules.warmUp);
        const telling = missing.filter(({ alerts }) => alerts.length > 0);
        expect(telling.length >= rules.polls || missing.length >= rules.emptyPolls).toBe(true);
        expect(one.at - (missing[0]?.at ?? Infinity)).toBeGreaterThanOrEqual(rules.absentFor);
        expect(fact.since).toBe(missing[0]?.at);
      }
    });
  });

  it('twice is once: the same answer again finds nothing, and what was recorded is not found again', () => {
    always(({ before, answer: one }) => {
      const first = reconcile(before.memory, before.holds, one, rules);
      const holds = first.facts.reduce((all, fact) => all.map((each) => recorded(each, fact, one.at)), before.holds);
      expect(reconcile(first.memory, holds, one, rules)).toEqual({ memory: first.memory, facts: [] });
      // Another process of Vigie asks in the same moment, and remembers nothing.
      expect(
        reconcile(noMemory(), holds, one, rules).facts.filter(({ fingerprint }) =>
          first.facts.some((fact) => fact.fingerprint === fingerprint),
        ),
      ).toEqual([]);
    });
  });

  it('every alert has at most one fact a poll, and none that is resolved is muted or gone', () => {
    always(({ before, answer: one }) => {
      const { facts } = reconcile(before.memory, before.holds, one, rules);
      expect(new Set(facts.map(({ fingerprint }) => fingerprint)).size).toBe(facts.length);
      const ended = new Set(
        before.holds.filter(({ alert }) => alert.status === 'resolved').map(({ alert }) => alert.fingerprint),
      );
      expect(facts.filter((fact) => ended.has(fact.fingerprint) && fact.is !== 'refired')).toEqual([]);
    });
  });
});

describe('after every history', () => {
  const expectEnd = (list: readonly string[]) =>
    fc.assert(
      fc.property(histories, (history) => {
        const { now, memory, holds } = play(history, () => undefined);
        // A history may run backwards for a while: an hour later all of it is past.
        const polls = Array.from({ length: 12 }, (_, index) => {
          const when = now + 3_600 + 30 * index;
          return answer(
            when,
            list.map((fingerprint) => listed({ fingerprint, updatedAt: at(when) })),
            {
              silences: [silence({ state: 'expired' })],
            },
          );
        });
        const end = follow(holds, polls, rules, memory);
        const firing = end.holds.filter(({ alert }) => alert.status === 'firing').map(({ alert }) => alert.fingerprint);
        expect(firing).toEqual(names.filter((name) => list.includes(name)));
        expect(end.holds.filter(({ muted, alert }) => alert.status === 'firing' && muted !== null)).toEqual([]);
        expect(end.told.slice(-2)).toEqual([[], []]);
      }),
      { numRuns: 300 },
    );

  it('polls that agree are believed in the end: what they list fires, what they do not list is gone', () => {
    expectEnd(['ff']);
    expectEnd(['a1', 'a3']);
    expectEnd([...names, 'ff']);
  });
});
