/** Asking for an action, typed or by the form: on the workload of a service, or on one that an admin names. */
import type { App, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Actor } from '../../access/actor.ts';
import type { Permission } from '../../access/permissions.ts';
import { nameOfTarget, readTarget } from '../../action/action.ts';
import type { Order } from '../../action/action.ts';
import type { Run } from '../../action/run.ts';
import type { Recorded } from '../../incident/contracts.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Refusal } from '../../incident/event.ts';
import type { Incident } from '../../incident/incident.ts';
import { callbackIds, command, inputIds } from '../ids.ts';
import { doForm } from '../views/do.ts';
import { orderOf as sayOrder, wholeTarget } from '../views/orders.ts';
import type { Desk } from './desk.ts';
import type { Claimed, Typed } from './door.ts';
import { numberOf } from './number.ts';
import { actionWords } from './run.ts';
import { doAnswerOf } from './run-door.ts';
import type { DoAnswer } from './run-door.ts';
import type { RunAsked } from './run-words.ts';
import { orderOf } from './run-words.ts';
import { within } from './within.ts';
import { nearestOf } from './words.ts';

/** Slack waits three seconds, and the record needs up to two of them. */
const lookFor = 1000;

/** What is asked for, and by whom. */
interface Wanted {
  readonly by: Claimed;
  readonly number: number;
  readonly order: Order;
  /** The name of a service, or a workload; null is the incident's service. */
  readonly place: string | null;
  readonly breakGlass: string | null;
  readonly cause: string;
}

/** Asks for what was typed. */
export async function askTyped(desk: Desk, typed: Typed, asked: Extract<RunAsked, { is: 'do' }>): Promise<string> {
  const number = await numberOf(desk, typed, asked.incident, 'do #12 restart');
  if (typeof number !== 'number') return number.refused;
  const { order, place } = asked;
  const wanted = { by: typed.by, number, order, place, breakGlass: null, cause: `command:${typed.trigger}` };
  const recorded = await record(desk, wanted);
  return isRefusal(recorded) ? recorded.refused : askedAs(recorded.incident, typed.by);
}

/** Asks for a diagnosis: it changes nothing, so there is no plan. */
export async function diagnoseTyped(
  desk: Desk,
  typed: Typed,
  { incident, place }: Extract<RunAsked, { is: 'diagnose' }>,
): Promise<string> {
  const number = await numberOf(desk, typed, incident, 'do #12 diagnose');
  if (typeof number !== 'number') return number.refused;
  const found = await look(desk, typed.by, number, place, ['diagnose', 'free-target']);
  if (isRefusal(found)) return found.refused;
  const { actor, target } = found;
  const deed = { type: 'DiagnosisAsked', at: desk.clock(), by: actor.person, target } as const;
  const recorded = await desk.record(deed, number, `command:${typed.trigger}`, actor);
  return isRefusal(recorded)
    ? recorded.refused
    : `${wholeTarget(target)} is being looked at. What is found comes in the channel of the incident.`;
}

/** Which run it became, and where it is seen. */
function askedAs({ runs }: Incident, by: Claimed): string {
  const run: Run | undefined = Object.values(runs).findLast((each) => each.by.id === by.id);
  if (run === undefined) return 'Recorded.';
  const what = sayOrder(run.order, wholeTarget(run.target));
  return `Run ${run.id}: ${what}. Its plan is being made, and comes in the channel of the incident.`;
}

/** The form for what was not typed. */
export async function doFormFor(
  desk: Desk,
  typed: Typed,
  { incident: named, verb, place }: Extract<RunAsked, { is: 'do-form' }>,
): Promise<ModalView | Refusal> {
  const [actor, number] = await Promise.all([
    desk.actorOf(typed.by, ...actionWords),
    numberOf(desk, typed, named, 'do #12'),
  ]);
  if (isRefusal(actor)) return actor;
  if (typeof number !== 'number') return number;
  if (!desk.facts.able.act) return { refused: "No cluster is configured, so Vigie can't do this. Do it by hand." };
  const incident = await within(
    lookFor,
    desk.read.incident(number).then((found) => found ?? null),
  );
  if (incident === null) return { refused: `There is no incident ${number}.` };
  const given = { number, verb, place: place ?? incident?.service ?? null };
  return doForm(given, desk.facts.services, String(number));
}

/** Listens to the form. */
export function listenToDoing(app: App, desk: Desk): void {
  app.view<ViewSubmitAction>({ callback_id: callbackIds.do, type: 'view_submission' }, async ({ body, ack }) => {
    const given = doAnswerOf(body);
    const wanted = wantedOf(given);
    if ('errors' in wanted) return ack({ response_action: 'errors', errors: wanted.errors });
    const recorded = await record(desk, wanted);
    return isRefusal(recorded)
      ? ack({ response_action: 'errors', errors: { [inputIds.verb]: recorded.refused } })
      : ack();
  });
}

/** What the form asks for; or what is missing, at the input where it is. */
function wantedOf(given: DoAnswer): Wanted | { readonly errors: Readonly<Record<string, string>> } {
  const { by, view, number, verb, service, target, parameter, glass } = given;
  const order = orderOf(verb, parameter);
  if (order === null) return { errors: { [inputIds.parameter]: missing[verb] } };
  if (service === '' && target === '')
    return { errors: { [inputIds.target]: 'Choose a service, or name a workload.' } };
  const place = target === '' ? service : target;
  return { by, number, order, place, breakGlass: glass.trim() === '' ? null : glass.trim(), cause: `view:${view}` };
}

const missing: Readonly<Record<Order['verb'], string>> = {
  restart: 'Leave this empty.',
  pause: 'Leave this empty.',
  resume: 'Leave this empty.',
  scale: 'Say how many pods, such as 6.',
  rollback: 'Name a revision by its number, or leave this empty for the previous version.',
  'delete-pod': 'Name the pod.',
  'set-autoscaler-bounds': 'Say the least and the most pods, such as 2-6.',
};

async function record(desk: Desk, wanted: Wanted): Promise<Recorded | Refusal> {
  const { by, number, order, place, breakGlass, cause } = wanted;
  const found = await look(desk, by, number, place, actionWords);
  if (isRefusal(found)) return found;
  const { actor, target } = found;
  const deed = { type: 'ActionAsked', at: desk.clock(), by: actor.person, order, breakGlass, undoes: null } as const;
  return desk.record({ ...deed, target }, number, cause, actor);
}

/** Who asks, and the workload that is meant. */
async function look(
  desk: Desk,
  by: Claimed,
  number: number,
  place: string | null,
  words: readonly Permission[],
): Promise<{ readonly actor: Actor; readonly target: string } | Refusal> {
  const [actor, incident] = await Promise.all([
    desk.actorOf(by, ...words),
    within(
      lookFor,
      desk.read.incident(number).then((found) => found ?? null),
    ),
  ]);
  if (isRefusal(actor)) return actor;
  if (incident === undefined) return { refused: 'Not recorded: the database did not answer in time. Try again.' };
  if (incident === null) return { refused: `There is no incident ${number}.` };
  const target = targetOf(desk, incident, place);
  return isRefusal(target) ? target : { actor, target: target.name };
}

/** The workload that is meant: a service's, the incident's, or the one that is named. */
function targetOf(
  { facts: { services } }: Desk,
  { number, service: own, facts }: Incident,
  place: string | null,
): { readonly name: string } | Refusal {
  const name = place ?? own;
  if (name === null) {
    return { refused: `Incident ${number} is about no service. Name one: ${command} do #${number} restart <service>` };
  }
  const service = services.find((each) => each.name === name);
  if (service?.target !== undefined && service.target !== null) return { name: nameOfTarget(service.target) };
  const frozen = place === null || place === own ? facts['target'] : undefined;
  if (frozen !== undefined) return { name: frozen };
  if (service !== undefined) {
    return { refused: `The service ${name} names no workload. Give it a \`target\` in vigie.yaml.` };
  }
  if (readTarget(name) !== null) return { name };
  const near = nearestOf(
    name,
    services.map((each) => each.name),
  );
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  return {
    refused: `"${name.slice(0, 100)}" is neither a service nor a workload.${meant} A workload is written cluster/namespace/kind/name.`,
  };
}
