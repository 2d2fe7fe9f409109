/** Facts from outside one incident that its rules need: read in the commit, passed in. */
import type { Actor } from '../access/actor.ts';
import type { AccessRules } from '../access/rules.ts';
import { shippedAccess } from '../access/rules.ts';
import type { Instant, Severity } from './incident.ts';
import { neverQuiet } from '../escalation/calendar.ts';
import type { Rules, Service } from './rules.ts';

/** What this Vigie can do at all, by its configuration. What it can't do it refuses; it never pretends. */
export interface Able {
  /** Change workloads: a cluster is configured. */
  readonly act: boolean;
  /** Look at workloads. */
  readonly diagnose: boolean;
  /** Page somebody. */
  readonly page: boolean;
  /** Run actions without a click. */
  readonly automate: boolean;
  /** Give PagerDuty's incidents these priorities, by severity. */
  readonly prioritise?: Readonly<{ [severity in Severity]?: string | undefined }>;
  /** Silence alerts of these sources: the API of their Alertmanager is configured. */
  readonly silence?: readonly string[];
}

/** What is known about the workload that an event is about, over all incidents. */
export interface TargetFacts {
  /** The run that holds it. */
  readonly holder: {
    readonly run: string;
    readonly incident: number;
    readonly by: string;
    readonly watching: boolean;
  } | null;
  /** When the runs of its last hour began. */
  readonly recent: readonly Instant[];
  /** Template hashes on which Vigie acted by itself already. */
  readonly tried: readonly string[];
}

/** Facts for a transition. Routes and policies are what a rise in severity chooses from. */
export interface Facts extends Pick<Rules, 'routes' | 'policies' | 'calendarOf' | 'names'> {
  readonly able: Able;
  readonly services: readonly Service[];
  readonly access: AccessRules;
  /** Who acts, as Slack knows them at the click; absent for Vigie itself. */
  readonly actor?: Actor;
  /** Absent when the event is about no workload. */
  readonly target?: TargetFacts;
  /** Whether automation is switched off everywhere. */
  readonly automationOff?: boolean;
}

/** Of a Vigie that only talks. */
export const onlyTalks: Facts = {
  able: { act: false, diagnose: false, page: false, automate: false },
  services: [],
  routes: [],
  policies: {},
  calendarOf: () => neverQuiet,
  access: shippedAccess,
};
