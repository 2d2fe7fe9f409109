/** Asking for an action: who may, what stands against it, and the plan that is made first. */
import { mayOrder, refuseDeed } from '../access/rails.ts';
import { mayBreakGlass } from '../access/approvals.ts';
import { ask, change } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Refusal } from '../incident/event.ts';
import type { Facts } from '../incident/facts.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { readTarget, spokenOrder } from './action.ts';
import type { Order } from './action.ts';
import { holds } from './run.ts';
import type { Run } from './run.ts';
import { endRun, refusedEnd } from './runs.ts';
import type { Follow } from './runs.ts';

/** What is asked for. */
export interface Request {
  readonly order: Order;
  /** `cluster/namespace/kind/name`. */
  readonly target: string;
  readonly visit: number | null;
  readonly approvals: number;
  readonly rollout: number | null;
  readonly undoes: string | null;
  /** The reason of an admin who breaks the glass; null for everybody else. */
  readonly breakGlass: string | null;
}

/** Asks the worker for a plan, once nothing stands against the order. */
export function askRun(
  draft: Draft,
  request: Request,
  { by, at, follow }: { readonly by: Person; readonly at: Instant; readonly follow: Follow },
  facts: Facts,
): Draft | Refusal {
  const { order, target: name, breakGlass, undoes } = request;
  const { number, runs } = draft.incident;
  if (!facts.able.act) return { refused: "No cluster is configured, so Vigie can't do this. Do it by hand." };
  const target = readTarget(name);
  if (target === null) return { refused: `"${name}" is not a workload. Write cluster/namespace/kind/name.` };
  const deed = {
    order,
    target,
    at,
    breakGlass: breakGlass !== null,
    replicas: null,
    recent: facts.target?.recent ?? [],
  };
  const refusal = facts.actor === undefined ? refuseDeed(deed, facts) : mayOrder(facts.actor, deed, facts);
  if (refusal !== null) return refusal;
  const glass =
    breakGlass === null || facts.actor === undefined ? null : mayBreakGlass(facts.actor, breakGlass, facts.access);
  if (glass !== null) return glass;
  // What is only watched gives way to going back, and to a broken glass.
  const goesBefore = order.verb === 'rollback' || breakGlass !== null;
  const isBusy = (run: Run): boolean =>
    run.stand.is === 'planning' || (holds(run) && !(goesBefore && run.stand.is === 'watching'));
  const open = Object.values(runs).find((run) => run.target === name && isBusy(run));
  if (open !== undefined)
    return { refused: `${spokenOrder(open.order)} of ${name} is under way already, asked by ${open.by.name}.` };
  const id = `${number}-${Object.keys(runs).length + 1}`;
  const before = Object.values(runs).find((other) => other.target === name && other.stand.is === 'planned');
  // Breaking the glass goes on with what the step asked for; anything else takes its place.
  const taken =
    breakGlass === null || before === undefined
      ? request
      : { ...request, visit: before.visit, rollout: before.rollout };
  const room =
    before === undefined ? draft : endRun(draft, before, by, replaced(at), taken === request ? follow : stay);
  const run: Run = { ...taken, ...{ id, by, at, stand: { is: 'planning' }, inverse: null, left: null } };
  const said = change(
    room,
    { runs: { ...room.incident.runs, [id]: run } },
    { type: 'ActionAsked', at, by, run: id, order, target: name, breakGlass, undoes },
  );
  return ask(said, { type: 'kubernetes.plan', run: id, target: name, order });
}

const replaced = (at: Instant) => refusedEnd(at, 'cancelled', 'Something else was asked for.');

const stay: Follow = (draft) => draft;
