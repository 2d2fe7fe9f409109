/** The life of an incident as the pure rule book tells it: its decisions with their causes, and the rows that they leave. */
import type { Decision } from '../../src/incident/draft.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { Event } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Facts } from '../../src/incident/facts.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { transition } from '../../src/incident/transition.ts';
import type { OutboxRow } from './observe.ts';

/** When a sound run begins: at a full minute, for which a checklist is due. */
export const start = Date.UTC(2026, 10, 16, 3);

/** When it is looked at. */
export const end = start + 10_000;

/** A life, which goes on. */
export interface Life {
  readonly incident: () => Incident;
  readonly decisions: readonly { readonly decision: Decision; readonly cause: string | null }[];
  /** Takes in an event. Throws when it is refused. */
  readonly meet: (event: Event, cause: string | null) => void;
  /** The cause that names the newest effect of this kind. */
  readonly causeOf: (fits: (effect: Effect) => boolean) => string;
}

/** Begins a life. */
export function lifeOf(first: Decision, cause: string | null, facts: Facts): Life {
  const decisions = [{ decision: first, cause }];
  let { incident } = first;
  return {
    decisions,
    incident: () => incident,
    meet: (event, why) => {
      const decision = transition(incident, event, facts);
      if (isRefusal(decision)) throw new Error(decision.refused);
      ({ incident } = decision);
      decisions.push({ decision, cause: why });
    },
    causeOf: (fits) => {
      const named = decisions.flatMap(({ decision }) => namesOf(decision)).findLast(({ effect }) => fits(effect));
      if (named === undefined) throw new Error('nothing of the kind was wished for');
      return `effect:${named.effectId}`;
    },
  };
}

const namesOf = ({ incident: { number, version }, effects }: Decision) =>
  effects.map((effect, index) => ({ effect, effectId: `${number}-${version}-${index}` }));

/** What a life leaves in the outbox: everything performed, and the timers that are not due yet. */
export const rowsOf = ({ incident, decisions }: Life): readonly OutboxRow[] =>
  decisions.flatMap(({ decision }) =>
    namesOf(decision).map(({ effect, effectId }): OutboxRow => {
      const settled = effect.type !== 'clock.wake' || effect.at <= end;
      return {
        ...{ id: 0, effectId, incident: incident().number, effect, settled },
        ...{ due: effect.type === 'clock.wake' ? effect.at : start, outcome: settled ? 'performed' : null },
        ...{ running: false, leaseUntil: null, attempts: settled ? 1 : 0, crashes: 0, fault: null },
      };
    }),
  );
