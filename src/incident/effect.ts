/** What must follow: effects are wishes with an id, carried out by a room; an address says where and in which order. */
import type { RunEffect } from '../action/action.ts';
import type { DiagnosisEffect } from '../action/diagnosis.ts';
import type { HttpAsk, PromqlAsk } from '../runbook/runbook.ts';
import type { Mention } from '../escalation/policy.ts';
import type { Wake } from './event.ts';
import type { Instant, Person } from './incident.ts';
import { isSilenceEffect } from './monitor.ts';
import type { SilenceEffect } from './monitor.ts';
import { isPagerEffect, pagerDueOf, pagerLaneOf } from './pager.ts';
import type { PagerEffect } from './pager.ts';

/** A wish. The level-triggered ones carry nothing: they are rendered from the incident when they are performed. */
export type Effect =
  /** Make the announcement post agree with the incident. */
  | { readonly type: 'slack.announcement' }
  /** Make the incident's channel exist, with its topic and people. */
  | { readonly type: 'slack.channel' }
  /** Make the pinned card agree with the incident. */
  | { readonly type: 'slack.card' }
  /** Tell the card's thread which alerts changed since it was last told. */
  | { readonly type: 'slack.thread' }
  /** Make the runbook card agree with the walk. */
  | { readonly type: 'slack.runbook' }
  /** Make the card of an action agree with its run. */
  | { readonly type: 'slack.action'; readonly run: string }
  /** Say one line, in the incident's channel or in the announcement's thread. */
  | {
      readonly type: 'slack.note';
      readonly to: 'channel' | 'announcement';
      readonly text: string;
      /** Also show the thread reply in the channel. */
      readonly broadcast: boolean;
      /** Whom to call by name; text alone never mentions anybody. */
      readonly mention: Person | null;
      /** Lines shown as they are below it. */
      readonly below?: string;
    }
  /** Ask a question of Prometheus or of an HTTP endpoint; nothing is left to expand in it. */
  | {
      readonly type: 'checks.ask';
      readonly visit: number;
      readonly attempt: number;
      readonly of: 'step' | 'verify';
      readonly ask: HttpAsk | PromqlAsk;
    }
  /** Diagnose a workload, `cluster/namespace/kind/name`. */
  | {
      readonly type: 'kubernetes.diagnose';
      readonly visit: number;
      readonly attempt: number;
      readonly of: 'step' | 'verify';
      readonly target: string;
    }
  | RunEffect
  | DiagnosisEffect
  | PagerEffect
  | SilenceEffect
  /** Call the people of a page in the incident's channel, or in another one. */
  | {
      readonly type: 'slack.call';
      readonly page: string;
      readonly dedupKey: string;
      /** `channel` is the incident's own; anything else the id of one. */
      readonly to: string;
      readonly text: string;
      readonly mentions: readonly (Mention | 'channel' | 'here')[];
    }
  /** Record the wake when it is due. */
  | { readonly type: 'clock.wake'; readonly at: Instant; readonly wake: Wake };

/** The rooms that perform effects; one queue each. */
export type Room = 'slack' | 'clock' | 'checks' | 'kubernetes' | 'pagerduty' | 'alertmanager';

/** Where an effect is performed, and in which order. */
export interface Address {
  readonly room: Room;
  /** Effects of one lane are performed oldest first, one at a time. */
  readonly lane: string;
  /** At most one pending row has this name; null for effects that must each be performed. */
  readonly once: string | null;
  /** BullMQ's priority: smaller is sooner. Timers, then new incidents and what people did, then edits. */
  readonly priority: number;
  /** When it may be performed; null means at once. */
  readonly due: Instant | null;
}

/** The address of an effect of incident `number`. */
export function addressOf(effect: Effect, number: number): Address {
  const once = `${effect.type}:${number}`;
  const level = (lane: string, priority: number): Address => ({ room: 'slack', lane, once, priority, due: null });
  const channel = `slack:inc-${number}`;
  if (isPagerEffect(effect)) {
    return { room: 'pagerduty', lane: pagerLaneOf(effect), once: null, priority: 1, due: pagerDueOf(effect) };
  }
  if (isSilenceEffect(effect))
    return { room: 'alertmanager', lane: `alertmanager:${number}`, once: null, priority: 2, due: null };
  switch (effect.type) {
    case 'slack.announcement':
      return level('slack:announcements', 2);
    case 'slack.channel':
      return level(channel, 2);
    case 'slack.card':
    case 'slack.runbook':
      return level(channel, 3);
    case 'slack.action':
      return { ...level(channel, 2), once: `slack.action:${effect.run}` };
    case 'slack.thread':
      return level(channel, 4);
    case 'checks.ask':
      return { room: 'checks', lane: `checks:${number}`, once: null, priority: 2, due: null };
    case 'kubernetes.diagnose':
    case 'kubernetes.examine':
      return { room: 'kubernetes', lane: `kubernetes:diagnose:${number}`, once: null, priority: 2, due: null };
    case 'kubernetes.plan':
      return { room: 'kubernetes', lane: `kubernetes:plan:${effect.run}`, once: null, priority: 1, due: null };
    case 'kubernetes.run':
      return { room: 'kubernetes', lane: `kubernetes:${effect.target}`, once: null, priority: 1, due: null };
    case 'kubernetes.recheck':
      return { room: 'kubernetes', lane: `kubernetes:recheck:${effect.run}`, once: null, priority: 3, due: effect.at };
    case 'kubernetes.watch':
      // Not in the target's lane: a rollback must not wait for the watching of what it undoes.
      return { room: 'kubernetes', lane: `kubernetes:watch:${effect.run}`, once: null, priority: 2, due: null };
    case 'slack.call':
      // Another channel must not wait for this incident's.
      return {
        room: 'slack',
        lane: effect.to === 'channel' ? channel : `slack:call:${number}`,
        once: null,
        priority: 1,
        due: null,
      };
    case 'slack.note':
      return {
        room: 'slack',
        lane: effect.to === 'channel' ? channel : 'slack:announcements',
        once: null,
        priority: 2,
        due: null,
      };
    case 'clock.wake':
      return { room: 'clock', lane: `clock:${number}`, once: null, priority: 1, due: effect.at };
  }
}
