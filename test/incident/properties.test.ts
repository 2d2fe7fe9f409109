/** What holds in every history of incidents, however bodies, repeats, deeds and timers follow each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepsFiring } from '../../src/incident/alerts.ts';
import { allChoices, choicesOf, deedOf, meantFor } from '../../src/incident/choices.ts';
import type { Decision } from '../../src/incident/draft.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Event, Refusal } from '../../src/incident/event.ts';
import { isAbove, isOpen, phaseOf } from '../../src/incident/incident.ts';
import { transition } from '../../src/incident/transition.ts';
import { histories, play } from './histories.ts';
import type { Delivery } from './histories.ts';
import { openMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { ana, at, bo, rules } from './samples.ts';

const deliver = (memory: Memory, { to, event }: Delivery): readonly (Decision | Refusal)[] =>
  to === 'source' ? memory.report(event) : [memory.record(to, event)];

/** Plays random histories and looks at the memory after every step. fast-check prints seed and history when it fails. */
function always(look: (memory: Memory) => void): void {
  fc.assert(
    fc.property(histories, (history) => {
      const memory = openMemory(rules);
      play(
        history,
        memory,
        (delivery) => deliver(memory, delivery),
        () => look(memory),
      );
    }),
    { numRuns: 150 },
  );
}

describe('in every history', () => {
  it('twice is once: the same body, deed or timer again changes nothing and asks for nothing', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const memory = openMemory(rules);
        play(
          history,
          memory,
          (delivery) => {
            deliver(memory, delivery);
            const before = { incidents: memory.incidents(), holders: [...memory.holders], timers: memory.timers() };
            const again = deliver(memory, delivery);
            expect(again.filter((answer) => !isRefusal(answer) && answer.lines.length > 0)).toEqual([]);
            expect({ incidents: memory.incidents(), holders: [...memory.holders], timers: memory.timers() }).toEqual(
              before,
            );
          },
          () => undefined,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('an acknowledgement has a timer for exactly the end of its lease', () => {
    always((memory) => {
      for (const { number, human } of memory.incidents()) {
        if (human.is !== 'acknowledged') continue;
        expect(memory.timers()).toContainEqual({
          at: human.until,
          number,
          wake: { type: 'LeaseEnded', until: human.until },
        });
      }
    });
  });

  it('a recovery hold has a timer for exactly its end', () => {
    always((memory) => {
      for (const { number, human, signal } of memory.incidents()) {
        if (signal.is !== 'clearing' || human.is === 'closed') continue;
        expect(memory.timers()).toContainEqual({
          at: signal.until,
          number,
          wake: { type: 'HoldEnded', until: signal.until },
        });
      }
    });
  });

  it('every change adds one to the version, draws the card again, and never lowers the severity', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const memory = openMemory(rules);
        play(
          history,
          memory,
          (delivery) => {
            const before = new Map(memory.incidents().map((incident) => [incident.number, incident]));
            for (const answer of deliver(memory, delivery)) {
              if (isRefusal(answer) || answer.lines.length === 0) continue;
              const { incident, effects } = answer;
              const earlier = before.get(incident.number);
              expect(incident.version).toBe((earlier?.version ?? 0) + 1);
              expect(effects).toContainEqual({ type: 'slack.card' });
              expect(isAbove(earlier?.severity ?? 'info', incident.severity)).toBe(false);
            }
          },
          () => undefined,
        );
      }),
      { numRuns: 150 },
    );
  });

  it('every alert that was taken in is held by one incident, and the held ones add up', () => {
    always((memory) => {
      const held = memory.incidents().map(({ number, alerts }) => {
        return Object.keys(alerts).filter((fingerprint) => memory.holders.get(fingerprint) === number).length;
      });
      const known = new Set(memory.incidents().flatMap(({ alerts }) => Object.keys(alerts)));
      expect(held.reduce((sum, count) => sum + count, 0)).toBe(known.size);
      expect(memory.holders.size).toBe(known.size);
    });
  });

  it('an incident is not resolved while an alert that it holds fires', () => {
    always((memory) => {
      for (const { number, signal, alerts } of memory.incidents()) {
        if (signal.is === 'firing') continue;
        const firing = Object.values(alerts).filter(
          ({ fingerprint, status, severity, doubted }) =>
            status === 'firing' && severity !== 'info' && !doubted && memory.holders.get(fingerprint) === number,
        );
        expect(firing).toEqual([]);
      }
    });
  });

  it('an open incident fires for a reason: an alert that it holds, or what max_alerts hides', () => {
    always((memory) => {
      for (const { number, alerts, groups, ...incident } of memory.incidents()) {
        if (!isOpen(incident) || incident.signal.is !== 'firing') continue;
        const held = Object.values(alerts).filter(({ fingerprint }) => memory.holders.get(fingerprint) === number);
        const reasons = [
          ...held.filter(keepsFiring),
          ...Object.values(groups).filter(({ truncated }) => truncated > 0),
        ];
        expect(reasons).not.toEqual([]);
      }
    });
  });

  it('an alert is known to one incident only', () => {
    always((memory) => {
      const known = memory.incidents().flatMap(({ alerts }) => Object.keys(alerts));
      expect(known).toHaveLength(new Set(known).size);
    });
  });

  it('the ladder runs while nobody holds an incident, is held while somebody does, and rests when it is over', () => {
    const expected = {
      triggered: 'running',
      acknowledged: 'held',
      recovering: 'held',
      suppressed: 'held',
      resolved: 'idle',
      closed: 'idle',
    };
    always((memory) => {
      for (const incident of memory.incidents()) {
        expect(incident.ladder.is).toBe(expected[phaseOf(incident)]);
      }
    });
  });

  it('the card offers what the rule book accepts, and the rule book refuses in whole sentences', () => {
    always((memory) => {
      const now = Math.max(...memory.lines.map((line) => line.at), at(0));
      for (const incident of memory.incidents()) {
        const offered = choicesOf(incident, now);
        const newcomer = { id: 'U0NEW', name: 'New' };
        for (const choice of offered)
          expect(
            isRefusal(transition(incident, deedOf(choice, meantFor(choice, incident) ?? newcomer, now, 'because'))),
          ).toBe(false);
        const events: Event[] = [
          ...[ana, bo].flatMap((by) => allChoices.map((choice) => deedOf(choice, by, now, ''))),
          { type: 'Declared', at: now, by: ana, title: 'again', severity: 'high' },
          ...(['HoldEnded', 'LeaseEnding', 'LeaseEnded'] as const).map((type) => ({ type, at: now, until: 1 })),
        ];
        const answers = events.map((event) => transition(incident, event)).filter((answer) => isRefusal(answer));
        for (const { refused } of answers) expect(refused).toMatch(/^[A-Z].*[.?]$/);
      }
    });
  });
});
