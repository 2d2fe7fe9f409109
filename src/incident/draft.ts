/** An incident being changed: the stages of a transition hand a draft along, and the last one turns it into a decision. */
import type { Effect } from './effect.ts';
import type { Line, Wake } from './event.ts';
import type { Incident, Instant } from './incident.ts';

/** An incident on its way from one recorded state to the next. */
export interface Draft {
  readonly incident: Incident;
  readonly lines: readonly Line[];
  readonly wakes: readonly { readonly at: Instant; readonly wake: Wake }[];
  /** What is asked of a neighbour. */
  readonly asks: readonly Effect[];
  /** What the ladder can't tell from the incident and the lines. */
  readonly news: readonly LadderNews[];
}

/** What happened to the ladder. */
export type LadderNews =
  /** Its timer is due; or Alertmanager says again that it fires. */
  | { readonly type: 'Due' | 'Heard' }
  | { readonly type: 'WasDown'; readonly from: Instant }
  /** The runbook asks for a level, for what `note` says. `visit` is the step that waits for the page; null for none. */
  | { readonly type: 'Asked'; readonly level: string; readonly visit: number | null; readonly note: string };

/** What an accepted event changes: the next state, what the timeline keeps, and what must follow. */
export interface Decision {
  readonly incident: Incident;
  /** Empty when nothing changed; then there are no effects either. */
  readonly lines: readonly Line[];
  readonly effects: readonly Effect[];
}

/** A draft of nothing changed yet. */
export const draftOf = (incident: Incident): Draft => ({ incident, lines: [], wakes: [], asks: [], news: [] });

/** Changes the incident and says so in the timeline. */
export const change = (draft: Draft, patch: Partial<Incident>, ...lines: readonly Line[]): Draft => ({
  ...draft,
  incident: { ...draft.incident, ...patch },
  lines: [...draft.lines, ...lines],
});

/** Asks to be woken. */
export const wakeAt = (draft: Draft, at: Instant, wake: Wake): Draft => ({
  ...draft,
  wakes: [...draft.wakes, { at, wake }],
});

/** Asks something of a neighbour. */
export const ask = (draft: Draft, effect: Effect): Draft => ({ ...draft, asks: [...draft.asks, effect] });

/** Tells the ladder something. */
export const tell = (draft: Draft, news: LadderNews): Draft => ({ ...draft, news: [...draft.news, news] });
