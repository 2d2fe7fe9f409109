/** What holds of pages in every history: somebody is called or about to be, never in vain, and never twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import { phaseOf } from '../../src/incident/incident.ts';
import type { Incident, Instant } from '../../src/incident/incident.ts';
import { histories, play } from './histories.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { at, climbing, paged } from './samples.ts';

const ben = { id: 'pagerduty:PBEN', name: 'Ben' };
const itself = { id: 'pagerduty', name: 'PagerDuty' };

/** What PagerDuty does after a step of a history, to one of the incidents. */
const happening = fc.record({
  what: fc.constantFrom(
    ...(['nothing', 'nothing', 'sent', 'failed', 'confirmed', 'unconfirmed', 'down'] as const),
    ...(['acknowledged', 'acknowledged', 'unacknowledged', 'resolved', 'timed out'] as const),
  ),
  on: fc.nat(5),
  /** Of a page: itself, its late try, or what was tried instead. */
  suffix: fc.constantFrom('', '', '-0', '-1', '-2'),
});

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function eventOf({ what, suffix }: Happening, { pager }: Incident, now: Instant): Event | null {
  const page = `${pager.pages.at(-1)?.id ?? 'none'}${suffix}`;
  const ofPage = { at: now, page, dedupKey: pager.dedupKey };
  const told = { at: now, incident: 'PINC1', dedupKey: pager.dedupKey, url: null };
  switch (what) {
    case 'nothing':
      return null;
    case 'down':
      return { type: 'WasDown', at: now, from: now - 1_000 };
    case 'sent':
      return { type: 'PageSent', ...ofPage, way: 'trigger' };
    case 'failed':
      return { type: 'PageFailed', ...ofPage, way: 'trigger', says: 'away', hopeless: false };
    case 'confirmed':
      return { type: 'PageConfirmed', ...ofPage, incident: 'PINC1', url: null };
    case 'unconfirmed':
      return { type: 'PageUnconfirmed', ...ofPage, says: 'nothing came' };
    case 'acknowledged':
      return { type: 'PagerAcknowledged', ...told, by: ben };
    case 'unacknowledged':
      return { type: 'PagerUnacknowledged', ...told, by: itself };
    case 'resolved':
      return { type: 'PagerResolved', ...told, by: ben };
    case 'timed out':
      return { type: 'PagerResolved', ...told, by: itself };
  }
}

const rules = { ...paged, policies: { production: climbing, 'slack-only': climbing } };

/** Plays random histories with PagerDuty in them, and looks at the memory after every step. */
function always(look: (memory: Memory, record: (number: number, event: Event) => void) => void): void {
  fc.assert(
    fc.property(histories, fc.array(happening, { minLength: 30, maxLength: 30 }), (history, happenings) => {
      const memory = openMemory(rules);
      let step = 0;
      play(
        history,
        memory,
        ({ to, event }) => void (to === 'source' ? memory.report(event) : memory.record(to, event)),
        () => {
          const one = happenings[step];
          step += 1;
          const now = Math.max(at(0), ...memory.lines.map((line) => line.at));
          const incident = memory.incidents()[(one?.on ?? 0) % Math.max(1, memory.incidents().length)];
          const event = one === undefined || incident === undefined ? null : eventOf(one, incident, now);
          if (event !== null && incident !== undefined) memory.record(incident.number, event);
          look(memory, memory.record);
        },
      );
    }),
    { numRuns: 150 },
  );
}

describe('in every history with pages', () => {
  it('an incident that fires and that nobody holds has a timer, or its policy is at its end', () => {
    always((memory) => {
      for (const incident of memory.incidents()) {
        const { number, ladder, ladderDue } = incident;
        if (phaseOf(incident) !== 'triggered' || incident.severity === 'info') continue;
        const timer = memory
          .timers()
          .find(({ number: of, wake }) => of === number && wake.type === 'LadderDue' && wake.due === ladderDue);
        expect([ladder.is, timer !== undefined]).toEqual(
          ladder.is === 'exhausted' ? ['exhausted', false] : ['running', true],
        );
      }
    });
  });

  it('every call has its message in Slack, and every one of a level that pages its effect for PagerDuty', () => {
    always((memory) => {
      for (const { pager } of memory.incidents()) {
        for (const { id, byPager } of pager.pages) {
          const asked = memory.effects
            .filter((effect) => 'page' in effect && effect.page === id)
            .map(({ type }) => type);
          expect(asked.filter((type) => type === 'slack.call')).toHaveLength(1);
          expect(asked.some((type) => type === 'pagerduty.trigger' || type === 'pagerduty.responders')).toBe(byPager);
        }
      }
    });
  });

  it('what PagerDuty holds is resolved when the incident is over', () => {
    always((memory) => {
      for (const incident of memory.incidents()) {
        const phase = phaseOf(incident);
        if (phase !== 'resolved' && phase !== 'closed') continue;
        const { dedupKey, keys } = incident.pager;
        for (const routing of keys) {
          const last = memory.effects.findLast(
            (effect) =>
              effect.number === incident.number &&
              'keys' in effect &&
              effect.keys.includes(routing) &&
              effect.dedupKey === dedupKey,
          );
          expect(last?.type).toBe('pagerduty.resolve');
        }
      }
    });
  });

  it('nobody holds an incident that is over, and an acknowledgement in PagerDuty never brings one back', () => {
    always((memory) => {
      for (const incident of memory.incidents()) {
        const phase = phaseOf(incident);
        if (phase === 'triggered' || phase === 'acknowledged') continue;
        const event = eventOf({ what: 'acknowledged', on: 0, suffix: '' }, incident, at(10_000));
        if (event === null) continue;
        const answer = memory.record(incident.number, event);
        expect(isRefusal(answer)).toBe(true);
      }
    });
  });

  it('twice is once: what comes of a page, or is told of it, changes nothing when it comes again', () => {
    always((memory, record) => {
      const incident = memory.incidents()[0];
      if (incident === undefined) return;
      const now = Math.max(at(0), ...memory.lines.map((line) => line.at));
      for (const what of ['failed', 'acknowledged', 'unacknowledged', 'resolved'] as const) {
        const event = eventOf({ what, on: 0, suffix: '' }, memory.incident(), now);
        if (event === null) continue;
        record(1, event);
        const before = memory.incident();
        record(1, event);
        expect(memory.incident()).toBe(before);
      }
    });
  });
});
