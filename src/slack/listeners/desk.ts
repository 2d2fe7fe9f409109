/** What every listener is handed: how to record, read and answer. */
import type { WebClient } from '@slack/web-api';
import type { Listed, RecordDeed, StepStats } from '../../incident/contracts.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Able } from '../../incident/facts.ts';
import type { Incident, Instant, Person } from '../../incident/incident.ts';
import type { Runbook } from '../../runbook/runbook.ts';
import type { Self } from '../identity.ts';
import type { Claimed } from './door.ts';

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

/** The desk at which listeners sit. */
export interface Desk {
  readonly record: RecordDeed;
  readonly read: Reads;
  /** What this Vigie can do: it decides what steps offer. */
  readonly able: Able;
  /** The runbooks that people may choose and start. */
  readonly library: readonly Runbook[];
  /** For answers that can't wait; it does not retry for long. */
  readonly slack: WebClient;
  readonly self: Self;
  readonly clock: () => Instant;
  /**
   * A courtesy: done after the answer, without holding it up, and lost if it fails. `otherwise` is then tried, to tell
   * the person.
   */
  later(doing: string, courtesy: () => Promise<unknown>, otherwise?: () => Promise<unknown>): void;
}

/** The person who acts, or why they may not: bots and people of other workspaces never do. */
export function actorOf({ self }: Desk, { id, name, team, bot }: Claimed): Person | Refusal {
  const us = self.known();
  if (us === undefined) throw new Error('checking who acts: Slack has not told yet who we are');
  if (bot || id === us.botUserId) return { refused: "Incidents are for people: a bot can't do that." };
  if (team !== us.teamId) return { refused: 'Only people of this workspace can do that.' };
  return { id, name };
}
