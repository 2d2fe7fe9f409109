/** What every listener is handed: how to record, read and answer. */
import type { WebClient } from '@slack/web-api';
import type { Listed, RecordDeed, StepStats } from '../../incident/contracts.ts';
import type { Actor } from '../../access/actor.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Facts } from '../../incident/facts.ts';
import type { Incident, Instant, Person } from '../../incident/incident.ts';
import type { Runbook } from '../../runbook/runbook.ts';
import type { WhoActs } from '../actor.ts';
import type { Self } from '../identity.ts';

/** What may be looked up while somebody waits. */
export interface Reads {
  incident(number: number): Promise<Incident | undefined>;
  /** The number of the incident whose channel this is. */
  incidentOfChannel(channel: string): Promise<number | undefined>;
  /** The id of an incident's channel, once there is one. */
  channelOf(number: number): Promise<string | undefined>;
  /** Open incidents, newest first. */
  list(): Promise<readonly Listed[]>;
  /** How the steps of a runbook went in earlier incidents. */
  statsOf(runbook: string): Promise<readonly StepStats[]>;
}

/** Answers a refusal for whoever may not. */
export type SwitchAutomation = (to: 'on' | 'off', actor: Actor) => Promise<Refusal | null>;

/** The desk at which listeners sit. */
export interface Desk {
  readonly record: RecordDeed;
  readonly read: Reads;
  /** What this Vigie can do and who may do it: it decides what steps and actions offer. */
  readonly facts: Facts;
  /** The runbooks that people may choose and start. */
  readonly library: () => readonly Runbook[];
  /** For answers that can't wait; it does not retry for long. */
  readonly slack: WebClient;
  readonly self: Self;
  /** Who is behind a payload, as Slack knows them now. */
  readonly actorOf: WhoActs;
  readonly clock: () => Instant;
  /** Whose turn it is for a service; those whom Slack does not know have no id. */
  onCall(service: string | null): Promise<readonly Person[]>;
  /** Turns all automation on or off, for every incident. */
  readonly switchAutomation: SwitchAutomation;
  /** The id of the announcement channel. */
  readonly announce: string;
  /**
   * A courtesy: done after the answer, without holding it up, and lost if it fails. `otherwise` is then tried, to tell
   * the person.
   */
  later(doing: string, courtesy: () => Promise<unknown>, otherwise?: () => Promise<unknown>): void;
}
