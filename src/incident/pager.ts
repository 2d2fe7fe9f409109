/** Pages: what PagerDuty's room is asked to do, what comes of it, what happens in PagerDuty, and what the incident keeps of it. */
import type { Call } from '../escalation/call.ts';
import type { Instant, Person } from './incident.ts';

/** PagerDuty's severities. */
export type PagerSeverity = 'critical' | 'error' | 'warning' | 'info';

/** A link shown with a page. */
export interface PageLink {
  readonly href: string;
  readonly text: string;
}

/** Something that was tried. */
export interface Tried {
  readonly title: string;
  /** `done`, `failed`, `skipped`. */
  readonly outcome: string;
  /** What proves it; empty for nothing. */
  readonly evidence: string;
}

/** What somebody needs to know who takes over. */
export interface Brief {
  /** One sentence: severity, what fires, since when, who has it. */
  readonly state: string;
  /** Who was called when, and who answered. */
  readonly called: readonly string[];
  /** Oldest first. */
  readonly tried: readonly Tried[];
  /** Actions on workloads, with what became of them. */
  readonly actions: readonly string[];
  readonly ruledOut: readonly string[];
  /** Steps and actions under way, with what they lock. */
  readonly running: readonly string[];
  /** What actions changed and nobody put back or decided to keep. */
  readonly changed: readonly string[];
  readonly next: string | null;
  /** Where all of it can be read. */
  readonly link: string | null;
}

/** What somebody who is woken reads first. */
export interface PageText {
  readonly summary: string;
  readonly severity: PagerSeverity;
  /** What it is about: a host, a cluster, a service. */
  readonly source: string;
  readonly links: readonly PageLink[];
  /** Shown as a table; the labels belong here. */
  readonly details: Readonly<Record<string, string>>;
  /** What was tried; the room writes it as long as there is room. */
  readonly brief?: Brief;
}

/** Whom a request for responders asks. */
export interface PagerResponder {
  /** `email` is looked up there. */
  readonly kind: 'user' | 'escalation_policy' | 'email';
  readonly id: string;
}

/** A page: one call for people, by one of its ways. Its dedup key is kept with the incident. */
interface OfPage {
  /** The core's name for the page; every outcome carries it. */
  readonly page: string;
  readonly dedupKey: string;
}

/** A wish for PagerDuty's room. */
export type PagerEffect =
  /**
   * Wake whoever is on call for these routing keys: `service` is the incident's own, `default`, the name of a service, or
   * the reference of a fallback's key. `again`: one was triggered before, so whoever PagerDuty's incident rests with is
   * called anew. `late`: it failed, something else was tried, and then it is tried once more.
   */
  | ({
      readonly type: 'pagerduty.trigger';
      readonly keys: readonly string[];
      readonly url: string | null;
      readonly again: boolean;
      readonly late?: Instant;
    } & OfPage &
      PageText)
  /** Tell PagerDuty, by each of these routing keys, that somebody has it, or that it is over. */
  | {
      readonly type: 'pagerduty.acknowledge' | 'pagerduty.resolve';
      readonly keys: readonly string[];
      readonly dedupKey: string;
    }
  /** Find out whether a trigger became an incident: a 202 proves nothing. `sentAt` is when PageSent happened. */
  | ({ readonly type: 'pagerduty.confirm'; readonly sentAt: Instant; readonly until: Instant } & OfPage)
  /** Say something in PagerDuty's incident; null where its id is not known yet. */
  | {
      readonly type: 'pagerduty.note';
      readonly dedupKey: string;
      readonly incident: string | null;
      readonly text: string;
    }
  /** Ask more people to help. */
  | ({
      readonly type: 'pagerduty.responders';
      readonly incident: string | null;
      readonly whom: readonly PagerResponder[];
      readonly message: string;
    } & OfPage)
  /** Hand PagerDuty's incident to another escalation policy. */
  | ({ readonly type: 'pagerduty.reassign'; readonly incident: string | null; readonly policy: string } & OfPage)
  /** Give what PagerDuty has open of this a priority, by PagerDuty's name for it. */
  | { readonly type: 'pagerduty.priority'; readonly dedupKey: string; readonly priority: string }
  /** Tell the second pager of the fallback list; `webhook` is its name there. */
  | ({ readonly type: 'pagerduty.webhook'; readonly webhook: string; readonly url: string | null } & OfPage & PageText);

/** Whether an effect is PagerDuty's. */
export const isPagerEffect = (effect: { readonly type: string }): effect is PagerEffect =>
  effect.type.startsWith('pagerduty.');

/** When an effect may be performed; null means at once. */
export const pagerDueOf = (effect: PagerEffect): Instant | null =>
  effect.type === 'pagerduty.trigger' ? (effect.late ?? null) : null;

/** The lane of an effect: what concerns one alert is done in order, but a proof, a note or a priority holds no page up. */
export const pagerLaneOf = (effect: PagerEffect): string =>
  effect.type === 'pagerduty.confirm' || effect.type === 'pagerduty.note' || effect.type === 'pagerduty.priority'
    ? `${effect.type}:${effect.dedupKey}`
    : effect.type === 'pagerduty.webhook'
      ? `pagerduty.webhook:${effect.webhook}`
      : `pagerduty:${effect.dedupKey}`;

/** How a page was sent. */
export type PageWay = 'trigger' | 'responders' | 'reassign' | 'webhook' | 'slack';

/** What came of a page. */
export type PageOutcome = { readonly at: Instant } & OfPage &
  (
    | { readonly type: 'PageSent'; readonly way: PageWay }
    /** `hopeless` when no later attempt can mend it: somebody must change a setting. */
    | { readonly type: 'PageFailed'; readonly way: PageWay; readonly says: string; readonly hopeless: boolean }
    /** `incident` is PagerDuty's id. */
    | { readonly type: 'PageConfirmed'; readonly incident: string; readonly url: string | null }
    | { readonly type: 'PageUnconfirmed'; readonly says: string }
  );

/** What happened in PagerDuty. */
export type PagerReport = {
  readonly at: Instant;
  /** PagerDuty's id of its incident; always there, and what to find ours by. */
  readonly incident: string;
  /** Often null for incidents that events made. */
  readonly dedupKey: string | null;
  readonly url: string | null;
  /** Who did it: somebody, an integration, or PagerDuty itself, as when a time is over. */
  readonly by: Person;
} & (
  | { readonly type: 'PagerTriggered' }
  | { readonly type: 'PagerAcknowledged' }
  | { readonly type: 'PagerUnacknowledged' }
  /** `by` may be an integration: our own resolve, or Alertmanager's by a route of its own. */
  | { readonly type: 'PagerResolved' }
  | { readonly type: 'PagerReopened' }
  /** Somebody else is called now: `how` is PagerDuty's word for it. */
  | {
      readonly type: 'PagerReassigned';
      readonly how: 'escalated' | 'delegated' | 'reassigned';
      readonly to: readonly Person[];
      readonly policy: string | null;
    }
  | { readonly type: 'PagerPrioritised'; readonly priority: string | null }
  | { readonly type: 'PagerNoted'; readonly text: string }
  | { readonly type: 'PagerResponderAsked'; readonly whom: Person }
  | { readonly type: 'PagerResponderAnswered'; readonly whom: Person; readonly joins: boolean }
);

/** A level as it is named to people. */
export interface NamedLevel {
  readonly id: string;
  readonly name: string;
}

/** One call for people. */
export interface Page {
  /** `12-1-3`: the third of the first episode of incident 12. */
  readonly id: string;
  readonly at: Instant;
  readonly levels: readonly NamedLevel[];
  readonly why: Call['why'];
  /** Of the runbook's step that asked for it; null for none. */
  readonly visit: number | null;
  /** Whether PagerDuty is asked; otherwise it is only said in Slack. */
  readonly byPager: boolean;
  /** Names of the routing keys by which PagerDuty is asked; none where people are only added to what is open there. */
  readonly keys: readonly string[];
  /** Whether PagerDuty was asked by one of them before, in this episode. */
  readonly again: boolean;
  /** `sent`: taken in, but not proved. */
  readonly stand: 'asked' | 'sent' | 'done' | 'failed';
  /** Ways of the fallback list that were tried so far. */
  readonly instead: number;
}

/** What an incident knows of its pages in this episode. */
export interface Pager {
  /** Of this episode: all its pages have it, so PagerDuty makes one incident of them. */
  readonly dedupKey: string;
  /** Names of the routing keys with which it was triggered: each holds an alert that must be resolved. */
  readonly keys: readonly string[];
  /** PagerDuty's id of its incident; null until it is known. */
  readonly incident: string | null;
  readonly url: string | null;
  /** Calls so far; each has its number. */
  readonly calls: number;
  /** Notes that PagerDuty was sent. */
  readonly notes: number;
  /** Oldest first; the last ten. */
  readonly pages: readonly Page[];
}

/** The pages of an episode that has just begun. The first one's key is Alertmanager's own, where a group opened it. */
export const freshPager = (number: number, episode: number, groupKey: string | null): Pager => ({
  dedupKey: episode === 1 && groupKey !== null ? groupKey : `vigie-${number}-${episode}`,
  ...{ keys: [], incident: null, url: null, calls: 0, notes: 0, pages: [] },
});
