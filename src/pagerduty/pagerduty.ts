/** The PagerDuty room, put together: pages, proofs, notes, handing over, and the second pager. */
import type { PageOutcome } from '../incident/pager.ts';
import type { PagerWork } from './effects.ts';
import { performNote, performPriority, performReassign, performResponders } from './perform/additions.ts';
import { performConfirm } from './perform/confirm.ts';
import { performSettling, performTrigger } from './perform/events.ts';
import type { PagerParts } from './perform/parts.ts';
import { performWebhook } from './perform/webhook.ts';

/** The performer of the room. Throws a fault to be retried, `Throttled` to wait, `Terminal` to give up. */
export const performPagerDuty =
  (parts: PagerParts) =>
  async (work: PagerWork): Promise<PageOutcome | null> => {
    const { effect } = work;
    switch (effect.type) {
      case 'pagerduty.trigger':
        return performTrigger(parts, { ...work, effect });
      case 'pagerduty.acknowledge':
      case 'pagerduty.resolve':
        return performSettling(parts, { ...work, effect });
      case 'pagerduty.confirm':
        return performConfirm(parts, { ...work, effect });
      case 'pagerduty.note':
        return performNote(parts, { ...work, effect });
      case 'pagerduty.responders':
        return performResponders(parts, { ...work, effect });
      case 'pagerduty.reassign':
        return performReassign(parts, { ...work, effect });
      case 'pagerduty.priority':
        return performPriority(parts, { ...work, effect });
      case 'pagerduty.webhook':
        return performWebhook(parts, { ...work, effect });
    }
  };
