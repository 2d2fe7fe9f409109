/** What every performer is handed, and what it may look at of its work. */
import type { WebClient } from '@slack/web-api';
import type { BaseLogger } from 'pino';
import type { StepStats, Work } from '../../incident/contracts.ts';
import type { Facts } from '../../incident/facts.ts';
import type { Self } from '../identity.ts';

/** Who runs a service, in Slack. */
export interface Team {
  readonly channel: string | null;
  readonly group: string | null;
}

/** Somebody whose turn it is, as PagerDuty knows them. */
export interface OnDuty {
  readonly name: string;
  readonly email: string | null;
}

/** The stage on which effects are performed. */
export interface Stage {
  /** Does not retry: the outbox does. */
  readonly slack: WebClient;
  readonly self: Self;
  readonly log: BaseLogger;
  /** The id of the announcement channel. */
  readonly announce: string;
  /** A service's own channel, and the user group whose members are invited to its incidents; ids, or null. */
  teamOf(service: string | null): Team;
  /** Who is on call for a service. */
  onCall(service: string | null): Promise<readonly OnDuty[]>;
  /** Slack user id by e-mail address in lower case, for people whose addresses differ. */
  readonly people: Readonly<Record<string, string>>;
  /** What this Vigie can do, which decides what the steps of runbooks offer. */
  readonly facts: Facts;
  /** How the steps of a runbook went in earlier incidents. */
  statsOf(runbook: string): Promise<readonly StepStats[]>;
}

/** Does a step that is done once in an incident's life; its receipt says that it was. */
export async function once({ receipts }: Work, purpose: string, step: () => Promise<string>): Promise<string> {
  const done = await receipts.get(purpose);
  if (done !== undefined) return done;
  const place = await step();
  await receipts.put(purpose, place);
  return place;
}
