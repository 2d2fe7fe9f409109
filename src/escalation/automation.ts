/** Whether something would run for an incident without a click, and why not. */
import type { Facts } from '../incident/facts.ts';
import type { Incident } from '../incident/incident.ts';

/** The answer; the sentence says why. */
export interface Automated {
  readonly is: boolean;
  readonly says: string;
}

const no = (says: string): Automated => ({ is: false, says });

/** Looks at the runbook of an incident, at its service and at the switch. */
export function automationFor(
  { walk, service: name }: Pick<Incident, 'walk' | 'service'>,
  { able, services, automationOff }: Pick<Facts, 'able' | 'services' | 'automationOff'>,
): Automated {
  if (walk === null) return no('no runbook fits');
  const acts = Object.values(walk.runbook.books).some(({ steps }) =>
    steps.some((step) => step.auto && step.applies && step.does.kind === 'action'),
  );
  if (!acts) return no('the runbook has no action that runs by itself');
  if (!able.automate) return no('no cluster is configured');
  const service = services.find((known) => known.name === name);
  if (service === undefined) return no('the incident has no service');
  const { mode } = service.automation;
  if (mode !== 'on')
    return no(mode === 'off' ? `it is off for ${service.name}` : `it is a dry run for ${service.name}`);
  return automationOff === true
    ? no('it is switched off everywhere')
    : { is: true, says: 'the runbook acts by itself' };
}
