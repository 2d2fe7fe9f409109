/** Automation: whether Vigie may do something by itself, without a click. */
import type { Verb } from '../action/action.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { spokenTime } from './spoken.ts';

/** `dry-run` plans and tells what it would have done. */
export const modes = ['off', 'dry-run', 'on'] as const;
export type Mode = (typeof modes)[number];

/** How a service is automated. */
export interface Automation {
  readonly mode: Mode;
  /** A rollback is done by itself only this soon after a deploy: later, the deploy is not to blame. */
  readonly rollbackWithin: Duration;
}

/** Of a service that says nothing. */
export const shippedAutomation: Automation = { mode: 'dry-run', rollbackWithin: 60 * 60_000 };

/** How things are when Vigie would act. */
export interface Conditions {
  /** The switch that turns all automation off, for everything and at once. */
  readonly switchedOn: boolean;
  /** When the newest version of the workload was rolled out; null when nobody knows. Restarts are no deploys. */
  readonly deployedAt: Instant | null;
  /** Vigie did this by itself already, on the same version. */
  readonly tried: boolean;
  /** Approvals that the runbook's step asks for itself; `mode: on` stands in for those of the configuration. */
  readonly stepApprovals: number | null;
}

/** The answer; the sentence is for the card. */
export type Leave =
  | { readonly may: 'run' }
  | { readonly may: 'dry-run'; readonly says: string }
  | { readonly may: 'nothing'; readonly says: string };

/** Whether Vigie may do it by itself. Limits, namespaces and freezes hold besides. */
export function mayAutomate(
  verb: Verb,
  service: { readonly name: string; readonly automation: Automation } | null,
  conditions: Conditions,
  now: Instant,
): Leave {
  const no = (says: string): Leave => ({ may: 'nothing', says });
  if (service === null) return no('Vigie does nothing by itself to a workload of no service. A person must decide.');
  const { name, automation } = service;
  if (!conditions.switchedOn) return no('Automation is switched off everywhere. A person must decide.');
  if (automation.mode === 'off') return no(`Automation is off for ${name}. A person must decide.`);
  if ((conditions.stepApprovals ?? 0) > 0) return no('This step asks for approvals, so it does not run by itself.');
  if (conditions.tried) {
    return no(`Vigie did this by itself once since the last deploy of ${name}. A person must decide now.`);
  }
  const cold = verb === 'rollback' ? refuseCold(name, automation, conditions, now) : null;
  if (cold !== null) return no(cold);
  if (automation.mode === 'on') return { may: 'run' };
  return { may: 'dry-run', says: `Automation of ${name} is a dry run: this is what would have been done.` };
}

function refuseCold(
  name: string,
  { rollbackWithin }: Automation,
  { deployedAt }: Conditions,
  now: Instant,
): string | null {
  if (deployedAt === null) return `Nobody knows when ${name} was last deployed, so it is not rolled back by itself.`;
  // Written so that a time that is none counts as long ago.
  if (now - deployedAt <= rollbackWithin) return null;
  const within = spokenTime(rollbackWithin);
  return `The last deploy of ${name} was ${spokenTime(now - deployedAt)} ago, and it is rolled back by itself only within ${within}.`;
}
