/** The model: what was promised to somebody, by a 2xx or by an answer in Slack. The check compares it with what Vigie kept. */
import type { AlertState, Family } from './family.ts';

/** A declaration, possibly typed several times because its answer was lost. */
export interface Declared {
  readonly title: string;
  /** How often it was typed. Each may have been recorded, whatever was answered. */
  attempts: number;
  /** Numbers that were answered. */
  readonly answered: number[];
}

/** Something a person was told is recorded. */
export interface Done {
  readonly incident: number;
  /** Slack user id. */
  readonly by: string;
  readonly did: 'Acknowledged' | 'CommandTaken' | 'Closed';
}

/** What somebody did at a step of a runbook, and what they were told. */
export interface StepDeed {
  readonly incident: number;
  /** Slack user id. */
  readonly by: string;
  /** Names it in the timeline: its cause, or a text that nobody else wrote. */
  readonly mark: { readonly cause: string } | { readonly note: string };
  /** `unknown` where no answer came, or it can't be told from that of an earlier deed. */
  readonly answer: 'recorded' | 'refused' | 'unknown';
  /** The refusal; empty without one. */
  readonly told: string;
  /** Whether somebody else pressed at the same step at the same moment. */
  readonly raced: boolean;
}

/** What Alertmanager and people know. */
export interface Model {
  readonly families: readonly Family[];
  /** Webhook body → how often it was accepted. */
  readonly bodies: Map<string, number>;
  /** Fingerprint → the newest state that was accepted. */
  readonly accepted: Map<string, AlertState>;
  readonly declared: Declared[];
  readonly done: Done[];
  readonly steps: StepDeed[];
}

/** Nothing promised yet. */
export const emptyModel = (families: readonly Family[]): Model => {
  return { families, bodies: new Map(), accepted: new Map(), declared: [], done: [], steps: [] };
};

/** Takes in that a body with these states was accepted: later starts beat earlier ones, and an end beats its start. */
export function accept(model: Model, body: string, states: ReadonlyMap<string, AlertState>): void {
  model.bodies.set(body, (model.bodies.get(body) ?? 0) + 1);
  for (const [fingerprint, state] of states) {
    const known = model.accepted.get(fingerprint);
    const newer = known === undefined || state.startsAt > known.startsAt;
    const ends = known?.startsAt === state.startsAt && known.endsAt === null && state.endsAt !== null;
    if (newer || ends) model.accepted.set(fingerprint, state);
  }
}
