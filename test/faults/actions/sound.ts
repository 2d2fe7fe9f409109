/** A small scene as it should be, made with the pure rule book and the views alone: what the check must find nothing in. */
import type { Order, Plan, RunEvent } from '../../../src/action/action.ts';
import { readTarget } from '../../../src/action/action.ts';
import type { Decision } from '../../../src/incident/draft.ts';
import type { Event } from '../../../src/incident/event.ts';
import { isRefusal } from '../../../src/incident/event.ts';
import type { Facts } from '../../../src/incident/facts.ts';
import { phaseOf } from '../../../src/incident/incident.ts';
import { openForPerson } from '../../../src/incident/opening.ts';
import { transition } from '../../../src/incident/transition.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { isObject, object } from '../../../src/kubernetes/json.ts';
import { printMarker } from '../../../src/kubernetes/marker.ts';
import { hashOf } from '../../../src/kubernetes/template.ts';
import { actionCardOf } from '../../../src/slack/views/action.ts';
import { facts as known, free } from '../../action/samples.ts';
import { ana, bo } from '../../incident/samples.ts';
import { asMember, withLibrary } from '../../runbook/samples.ts';
import type { OutboxRow } from '../observe.ts';
import type { Told } from './crew.ts';
import type { Write } from './door.ts';
import { pathOf } from './scene.ts';
import type { Scene } from './scene.ts';

const start = Date.UTC(2026, 10, 16, 3);

/** How a run of the scene goes: whether it is sent, whether the answer is heard, and its end. */
interface Course {
  readonly order: Order;
  readonly name: string;
  readonly lands: boolean;
  readonly heard: boolean;
  readonly ends: Extract<RunEvent, { type: 'RunEnded' }>['outcome'] | null;
}

const courses: readonly Course[] = [
  { order: { verb: 'restart' }, name: 'service-0', lands: true, heard: true, ends: 'succeeded' },
  { order: { verb: 'rollback', to: 'previous' }, name: 'service-1', lands: true, heard: true, ends: 'superseded' },
  { order: { verb: 'scale', to: 3 }, name: 'service-2', lands: false, heard: false, ends: 'drifted' },
  {
    order: { verb: 'delete-pod', pod: 'service-3-7d9-x2x4z' },
    name: 'service-3',
    lands: true,
    heard: true,
    ends: 'succeeded',
  },
  {
    order: { verb: 'set-autoscaler-bounds', min: 2, max: 5 },
    name: 'service-4',
    lands: true,
    heard: false,
    ends: 'unknown',
  },
  { order: { verb: 'pause' }, name: 'service-5', lands: false, heard: false, ends: null },
];

const template = (image: string): JsonObject => ({
  spec: { containers: [{ name: 'app', image: `registry.test/app:${image}` }] },
});

function planOf({ name, order }: Course, nth: number): Plan {
  const on = order.verb === 'delete-pod' ? order.pod : order.verb === 'set-autoscaler-bounds' ? name : null;
  const pinned = { uid: 'rs', name: 'rs', revision: 2, templateHash: hashOf(template('v2')), returns: false };
  return {
    ...{ target: `eu-1/shop/Deployment/${name}`, order, at: start + 1_000, uid: `uid-${nth}`, generation: 4 },
    ...{ templateHash: hashOf(template('crash-3')), replicas: 2, paused: false, deployedAt: null },
    pinned: order.verb === 'rollback' ? pinned : null,
    object: on === null ? null : { name: on, uid: `other-${nth}` },
    ...{ differences: [], notes: [], warnings: [], inverse: null, digest: `digest-${nth}` },
  };
}

/** The object as the write leaves it. */
function leftBy({ object: other, order, at, uid }: Plan, nth: number): JsonObject {
  const metadata = { uid: other?.uid ?? uid, generation: 5, resourceVersion: String(2_001 + 10 * nth) };
  const left = template(order.verb === 'rollback' ? 'v2' : 'crash-3');
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(at).toISOString() };
  const restarted = order.verb === 'restart' ? { metadata: { annotations } } : {};
  return order.verb === 'set-autoscaler-bounds'
    ? { metadata, spec: { minReplicas: order.min, maxReplicas: order.max } }
    : { metadata, spec: { replicas: 2, template: { ...left, ...restarted } } };
}

function writeOf(plan: Plan, run: string, nth: number): Write {
  const resourceVersion = String(2_000 + 10 * nth);
  const mark = printMarker(plan, { run, by: 'Bo' });
  const merge = { metadata: { resourceVersion, annotations: { 'vigie.dev/last-action': mark } } };
  const operations = [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'add', path: '/metadata/annotations/vigie.dev~1last-action', value: mark },
  ];
  const removal = { kind: 'DeleteOptions', preconditions: { uid: plan.object?.uid ?? '' } };
  const { verb } = plan.order;
  return {
    ...{ worker: 'worker-1', at: start + 4_500, fate: 'nothing', path: pathOf(plan) },
    method: verb === 'delete-pod' ? 'DELETE' : 'PATCH',
    body: verb === 'delete-pod' ? removal : verb === 'rollback' ? operations : merge,
    answer: { at: start + 4_510, status: 200, object: leftBy(plan, nth) },
  };
}

/** Six runs of one incident: one for each way to end that leaves something to check. */
export function soundScene(): Scene {
  const decisions: Decision[] = [];
  const declared = { type: 'Declared', at: start, by: ana, title: 'Trouble', severity: 'high' } as const;
  decisions.push(openForPerson(1, declared, withLibrary()));
  const incident = () => decisions.at(-1)?.incident ?? unopened();
  const meet = (event: Event, more: Partial<Facts> = {}): void => {
    const decision = transition(incident(), event, { ...known, target: free, ...more });
    if (isRefusal(decision)) throw new Error(decision.refused);
    decisions.push(decision);
  };
  const writes = courses.flatMap((course, nth) => live(course, nth, meet));
  const told = courses.map(({ order, name }, nth): Told => ({
    run: `1-${nth + 1}`,
    order,
    target: `eu-1/shop/Deployment/${name}`,
  }));
  const at = start + 60_000;
  const whole = incident();
  return {
    ...{ told, frozen: [], facts: known, audit: { writes, glances: [] } },
    deploys: [{ at: start + 5_500, target: 'service-1', image: 'registry.test/app:v9', resourceVersion: 2_012 }],
    observation: {
      ...{ at, asked: [], inbox: [], held: [], groups: [], counter: 1, outbox: decisions.flatMap(rowsOf) },
      incidents: [
        {
          ...{ incident: whole, phase: phaseOf(whole), brokenAt: null, receipts: {} },
          timeline: decisions
            .flatMap(({ lines }) => lines)
            .map((line, index) => ({ seq: index + 1, cause: null, line })),
        },
      ],
      slack: {
        ...{ channels: [], unclean: [], lost: [] },
        posted: Object.values(whole.runs).map((run, nth) => {
          const metadata = { event_type: 'vigie', event_payload: { incident: 1, purpose: `slack.action:${run.id}` } };
          return {
            channel: 'C1',
            ts: `1.${nth}`,
            threadTs: null,
            metadata,
            ...actionCardOf(whole, run, { now: at, facts: known }),
          };
        }),
      },
    },
  } satisfies Scene;
}

function unopened(): never {
  throw new Error('the incident was not opened');
}

function live(course: Course, nth: number, meet: (event: Event, more?: Partial<Facts>) => void): Write[] {
  const { order, lands, heard, ends } = course;
  const run = `1-${nth + 1}`;
  const plan = planOf(course, nth);
  const { target, digest } = plan;
  const asked = { type: 'ActionAsked', order, target, by: ana, breakGlass: null, undoes: null } as const;
  meet({ ...asked, at: start + 1_000 }, { actor: asMember(ana) });
  meet({ type: 'PlanMade', at: start + 2_000, run, plan });
  if (ends === null) return [];
  const by = ['restart', 'scale'].includes(order.verb) && readTarget(target)?.name === 'checkout' ? ana : bo;
  meet({ type: 'ActionApproved', at: start + 3_000, by, run, digest }, { actor: asMember(by) });
  const write = writeOf(plan, run, nth);
  const after = write.answer?.object;
  if (heard && isObject(after)) {
    const templateHash = hashOf(object(after, 'spec', 'template'));
    const mark = { uid: plan.uid, generation: 5, templateHash, serverTime: start + 4_510 };
    meet({ type: 'ActionLanded', at: start + 5_000, run, mark, says: 'Done' });
  }
  meet({ type: 'RunEnded', at: start + 6_000, run, outcome: ends, says: 'It is so.', stuck: null });
  if (ends === 'unknown') meet({ type: 'ActionCancelled', at: start + 7_000, run, by: bo }, { actor: asMember(bo) });
  return lands ? [write] : [];
}

const rowsOf = ({ incident: { number, version }, effects }: Decision): readonly OutboxRow[] =>
  effects.map((effect, index): OutboxRow => {
    const settled = effect.type !== 'clock.wake';
    return {
      ...{ id: 0, effectId: `${number}-${version}-${index}`, incident: number, effect, settled },
      ...{ due: effect.type === 'clock.wake' ? effect.at : start, outcome: settled ? 'performed' : null },
      ...{ running: false, leaseUntil: null, attempts: settled ? 1 : 0, crashes: 0, fault: null },
    };
  });
