/** Timers of the incident itself: each carries what it expects, so one that the incident has moved past is refused. */
import { decide } from './decide.ts';
import { change, draftOf, tell } from './draft.ts';
import type { Decision } from './draft.ts';
import type { Refusal, Wake } from './event.ts';
import type { Facts } from './facts.ts';
import { isOpen } from './incident.ts';
import type { Incident, Instant } from './incident.ts';

type ClockWake = Extract<Wake, { type: 'HoldEnded' | 'LeaseEnding' | 'LeaseEnded' | 'LadderDue' }>;

/** A timer is due: the recovery hold, the reminder or the end of an acknowledgement, a level of the policy. */
export function woken(
  incident: Incident,
  event: ClockWake & { readonly at: Instant },
  facts: Facts,
): Decision | Refusal {
  const { at } = event;
  const { signal, human } = incident;
  const draft = draftOf(incident);
  const stale = { refused: `Incident ${incident.number} has moved on since this timer was set.` };
  switch (event.type) {
    case 'HoldEnded':
      if (signal.is !== 'clearing' || signal.until !== event.until || human.is === 'closed') return stale;
      return decide(
        incident,
        change(draft, { signal: { is: 'clear', since: at } }, { type: 'Resolved', at }),
        at,
        facts,
      );
    case 'LeaseEnding':
      if (
        human.is !== 'acknowledged' ||
        human.until !== event.until ||
        human.reminded ||
        at >= human.until ||
        !isOpen(incident)
      ) {
        return stale;
      }
      return decide(
        incident,
        change(
          draft,
          { human: { ...human, reminded: true } },
          { type: 'LeaseEnding', at, by: human.by, until: human.until },
        ),
        at,
        facts,
      );
    case 'LadderDue':
      if (incident.ladderDue !== event.due) return stale;
      return decide(incident, tell(draft, { type: 'Due' }), at, facts);
    case 'LeaseEnded':
      if (human.is !== 'acknowledged' || human.until !== event.until) return stale;
      return decide(
        incident,
        change(
          draft,
          { human: { is: 'open' } },
          {
            type: 'AcknowledgementFell',
            at,
            by: human.by,
            why: signal.is === 'clear' ? 'incident over' : 'lease ended',
          },
        ),
        at,
        facts,
      );
  }
}
