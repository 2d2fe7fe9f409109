/** Who acts, as Slack knows them at the moment of the click. Asked anew every time, and never remembered. */
import type { Person } from '../incident/incident.ts';

/**
 * What somebody is in this workspace. `stranger` belongs to another workspace (shared channels), `guest` to this one with
 * one or several channels. Only a `member` ever acts.
 */
export type Standing = 'member' | 'guest' | 'stranger' | 'deactivated' | 'bot';

/**
 * Somebody who presses or types. When Slack can't say all of this there is no actor, and nothing is done. Vigie itself is
 * none: what it does without a click is decided by `automation.ts`.
 */
export interface Actor {
  readonly person: Person;
  readonly standing: Standing;
  /** Ids of the user groups (`S0SRE`) they are in now; those that the configuration names are enough. */
  readonly groups: readonly string[];
  /** Addresses that Slack confirmed, in any case. Never from a profile field that people write themselves. */
  readonly emails: readonly string[];
}
