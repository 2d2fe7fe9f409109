/** Which permission each deed takes; orders have rules of their own. */
import type { Deed, Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import { mayAct } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** Null where `rails.ts` and `approvals.ts` decide. */
function permissionOf(type: Deed['type']): Permission | null {
  switch (type) {
    case 'Declared':
      return 'declare';
    case 'Acknowledged':
    case 'Snoozed':
    case 'Unacknowledged':
      return 'ack';
    case 'CommandTaken':
    case 'HandoffAccepted':
      return 'commander';
    case 'HandoffOffered':
      return 'handoff';
    case 'PeoplePaged':
      return 'page';
    case 'LevelAsked':
      return 'escalate';
    case 'DiagnosisAsked':
      return 'diagnose';
    case 'SilenceAsked':
      return 'silence';
    case 'Closed':
    case 'ChangeKept':
      return 'resolve';
    case 'RunbookChosen':
    case 'RunbookStarted':
      return 'runbook';
    case 'StepBegun':
    case 'StepDone':
    case 'StepSkipped':
    case 'StepAnswered':
    case 'StepAssigned':
    case 'StepChosen':
    case 'ActionCancelled':
      return 'step';
    case 'ActionAsked':
    case 'ActionApproved':
      return null;
  }
}

/** Why whoever acts may not do it; null when they may, or when it is Vigie itself. */
export function refuseDoer({ type }: Pick<Deed, 'type'>, { actor, access }: Facts): Refusal | null {
  const permission = permissionOf(type);
  if (actor === undefined || permission === null) return null;
  return mayAct(actor, permission, access);
}
