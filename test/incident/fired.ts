/** What tests of pages share: an incident that fires since minute 0, what its room answers, and what PagerDuty tells. */
import type { Event } from '../../src/incident/event.ts';
import type { PageOutcome, PagerEffect, PagerReport } from '../../src/incident/pager.ts';
import { sentence } from '../../src/incident/timeline.ts';
import { openMemory } from './memory.ts';
import { alert, at, body, minutes, paged } from './samples.ts';

/** Who answers in PagerDuty. */
export const ben = { id: 'pagerduty:PBEN', name: 'Ben Brandt' };

/** An event without what is the same in all of them. */
type Bare<E> = E extends unknown ? Omit<E, 'at' | 'dedupKey' | 'page'> : never;

/** One critical alert fires since minute 0. */
export function fired(rules = paged) {
  const memory = openMemory(rules);
  memory.report(body(0, [alert('Down')]));
  const pages = () => memory.incident().pager.pages;
  const kinds = (): readonly string[] =>
    memory.effects
      .filter(({ type }) => type.startsWith('pagerduty.') || type === 'slack.call')
      .map((effect) => ('keys' in effect ? `${effect.type} ${effect.keys.join(' ')}` : effect.type));
  return {
    memory,
    pages,
    kinds,
    pagerEffects: () =>
      memory.effects.filter((effect): effect is PagerEffect & { number: number } =>
        effect.type.startsWith('pagerduty.'),
      ),
    said: () => memory.lines.map(sentence),
    /** The late tries of pages, in minutes. */
    lateTries: () =>
      memory.effects.flatMap((effect) =>
        effect.type === 'pagerduty.trigger' && effect.late !== undefined ? [(effect.late - at(0)) / minutes(1)] : [],
      ),
    /** What came of the newest page, of one of its fallbacks, or, with 0, of a late try. */
    outcome: (minute: number, given: Bare<PageOutcome>, instead?: number) => {
      const page = `${pages().at(-1)?.id}${instead === undefined ? '' : `-${instead}`}`;
      return memory.record(1, { ...given, at: at(minute), page, dedupKey: memory.incident().pager.dedupKey });
    },
    /** PagerDuty tells of its incident. */
    tells: (minute: number, given: Pick<PagerReport, 'type' | 'by'>) =>
      memory.record(1, {
        ...{ at: at(minute), incident: 'PINC1', dedupKey: memory.incident().pager.dedupKey, url: null, ...given },
      } as Event),
  };
}
