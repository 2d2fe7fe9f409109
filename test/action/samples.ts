/** An incident about checkout, in a production where one other person must agree to a rollback, and the worker's answers. */
import type { Actor } from '../../src/access/actor.ts';
import type { Order, Plan, RunOutcome, Warning } from '../../src/action/action.ts';
import type { Run } from '../../src/action/run.ts';
import { shippedAutomation } from '../../src/access/automation.ts';
import type { Decision } from '../../src/incident/draft.ts';
import type { Effect } from '../../src/incident/effect.ts';
import type { Event, Refusal } from '../../src/incident/event.ts';
import { isRefusal } from '../../src/incident/event.ts';
import type { Facts, TargetFacts } from '../../src/incident/facts.ts';
import type { Incident, Person } from '../../src/incident/incident.ts';
import { transition } from '../../src/incident/transition.ts';
import { openMemory } from '../incident/memory.ts';
import { alert, ana, at, bo, body } from '../incident/samples.ts';
import { asMember, planOf, withLibrary } from '../runbook/samples.ts';

/** The workload. */
export const checkout = 'eu-1/shop/Deployment/checkout';

const base = withLibrary();

/** What the rules know: ana and bo are admins, everybody else is a responder. */
export const facts: Facts = {
  ...base,
  services: base.services.map((service) => ({
    ...service,
    target: { cluster: 'eu-1', namespace: 'shop', kind: 'Deployment', name: 'checkout' },
    automation: shippedAutomation,
  })),
  access: {
    ...base.access,
    roles: { viewer: 'everyone', responder: 'everyone', admin: { groups: [], ids: [ana.id, bo.id], emails: [] } },
  },
};

/** Somebody who may restart but not roll back. */
export const cy: Person = { id: 'U0CY', name: 'Cy' };

/** Nobody holds the workload. */
export const free: TargetFacts = { holder: null, recent: [], tried: [] };

type Given = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

/** An open incident, to which things happen a minute apart. */
export function openDesk(given: Partial<Facts> = {}) {
  const memory = openMemory(base);
  memory.report(body(0, [alert('Down', { labels: { service: 'checkout' } })]));
  let incident: Incident = memory.incident();
  let minute = 0;
  const asked: Effect[] = [];
  const desk = {
    incident: () => incident,
    run: (id = '1-1'): Run => {
      const run = incident.runs[id];
      if (run === undefined) throw new Error(`there is no run ${id}`);
      return run;
    },
    stand: (id = '1-1') => desk.run(id).stand.is,
    asked: () => asked.splice(0).filter(({ type }) => type.startsWith('kubernetes.')),
    meet: (event: Given, actor?: Actor, about: TargetFacts = free): Decision | Refusal => {
      minute += 1;
      const known: Facts = { ...facts, ...given, target: about, ...(actor === undefined ? {} : { actor }) };
      const answer = transition(incident, { ...event, at: at(minute) }, known);
      if (isRefusal(answer)) return answer;
      incident = answer.incident;
      asked.push(...answer.effects);
      return answer;
    },
    ask: (order: Order, by: Person = ana, breakGlass: string | null = null) =>
      desk.meet({ type: 'ActionAsked', order, target: checkout, by, breakGlass, undoes: null }, asMember(by)),
    plan: (
      run = '1-1',
      more: Partial<Plan> & { readonly warnings?: readonly Warning[] } = {},
      held: TargetFacts = free,
    ) =>
      desk.meet(
        { type: 'PlanMade', run, plan: { ...planOf(checkout, desk.run(run).order), ...more } },
        undefined,
        held,
      ),
    approve: (by: Person, run = '1-1', held: TargetFacts = free, digest = 'd') =>
      desk.meet({ type: 'ActionApproved', run, digest, by }, asMember(by), held),
    land: (run = '1-1') =>
      desk.meet({
        type: 'ActionLanded',
        run,
        says: 'Done',
        mark: { uid: 'u', generation: 2, templateHash: 't', serverTime: 0 },
      }),
    end: (outcome: RunOutcome, run = '1-1') =>
      desk.meet({ type: 'RunEnded', run, outcome, says: 'It is so.', stuck: null }),
  };
  return desk;
}

/** The sentence of a refusal, or nothing. */
export const refusalOf = (answer: Decision | Refusal): string => (isRefusal(answer) ? answer.refused : '');
