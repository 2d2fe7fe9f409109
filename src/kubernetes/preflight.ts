/** What to know before saying yes: who would fight the change, what it costs while it rolls, what it may run into. */
import { nameOfTarget, type Order, type Verb, type Warning } from '../action/action.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import { costsOf } from './costs.ts';
import { dig, number, texts } from './json.ts';
import { pastOf, readMarker } from './marker.ts';
import { type Owner, ownersOf } from './ownership.ts';
import type { Draft, Scene } from './recipe.ts';
import { spokenSpan } from './words.ts';

/** What the plan says besides what its recipe says. */
export interface Preflight {
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

/** An action so recent is worth a word. */
const recent: Duration = 10 * 60_000;

/** Where the cluster itself lives. */
const system = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** Looks at an order from all sides. */
export function preflight(scene: Scene, order: Order, draft: Draft): Preflight {
  const { around, now, target, workload } = scene;
  const { fields, morePods, rolls, subject } = draft;
  const owners = ownersOf(subject, fields).map((owner) => ofOwner(owner, order.verb));
  const costs = rolls || morePods > 0 ? costsOf(scene, rolls, morePods) : [];
  const general: readonly (Warning | null)[] = [
    system.has(target.namespace)
      ? blocks(`${nameOfTarget(target)} belongs to the cluster itself: this is rarely what is meant`)
      : null,
    around.standIn === null
      ? null
      : blocks(`${around.standIn} runs its pods: a change here does nothing, make it there`),
    rolls ? inProgress(scene) : null,
    recently(scene, now),
  ];
  const applied = texts(workload, 'metadata', 'annotations')['kubectl.kubernetes.io/last-applied-configuration'];
  const stale =
    order.verb === 'rollback' && applied !== undefined
      ? ['It was made with kubectl apply: the next apply compares with the version that is rolled back from']
      : [];
  return {
    notes: [...owners.filter((owner) => typeof owner === 'string'), ...stale, ...around.unread],
    warnings: [...owners.filter((owner) => typeof owner !== 'string'), ...general, ...costs].filter(
      (warning) => warning !== null,
    ),
  };
}

const blocks = (text: string): Warning => ({ text, blocks: true });
const warns = (text: string): Warning => ({ text, blocks: false });

/** A warning, or a note when the change stays. */
function ofOwner({ name, owns, tool }: Owner, verb: Verb): Warning | string {
  const lasting = verb === 'restart' || verb === 'delete-pod';
  switch (tool) {
    case 'argo':
    case 'flux':
    case 'flux-helm': {
      if (lasting) return `${name} keeps it as it is in Git; this stays all the same`;
      if (owns === 'no') return `${name} keeps it as it is in Git, but does not set what is changed here`;
      if (owns === 'unknown' && verb === 'pause')
        return warns(`${name} keeps it as it is in Git and may take this back`);
      const how = tool === 'argo' ? 'stop its automatic sync first' : 'suspend it first';
      const sure = owns === 'yes' ? 'takes this back' : 'would probably take this back';
      return blocks(`${name} keeps it as it is in Git and ${sure}: change it there, or ${how}`);
    }
    case 'helm':
      return verb === 'rollback'
        ? `${name} made it: \`helm rollback\` is the faithful way, and its next upgrade may undo this`
        : `${name} made it: its next upgrade may undo this`;
    case 'operator':
    case 'flagger': {
      const place = tool === 'flagger' ? 'promote or fail the Canary instead' : 'change it there';
      return lasting
        ? warns(`${name} controls it and may undo this`)
        : blocks(`${name} controls it and takes this back: ${place}`);
    }
    case 'apply':
      return lasting
        ? `${name} applies it; this stays until the next time`
        : warns(`${name} applies the very field: the next time, it takes this back`);
  }
}

function inProgress({ target, workload }: Scene): Warning | null {
  const isDaemon = target.kind === 'DaemonSet';
  const wanted = isDaemon
    ? (number(workload, 'status', 'desiredNumberScheduled') ?? 0)
    : (number(workload, 'spec', 'replicas') ?? 1);
  const updated = number(workload, 'status', isDaemon ? 'updatedNumberScheduled' : 'updatedReplicas') ?? 0;
  const all = number(workload, 'status', isDaemon ? 'currentNumberScheduled' : 'replicas') ?? 0;
  const isPartial = (number(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0) > 0;
  if (isPartial || dig(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete') return null;
  if (wanted === 0 || (updated >= wanted && all <= updated)) return null;
  const how = updated >= wanted ? 'old pods are still ending' : `${updated} of ${wanted} pods are new`;
  return warns(`A rollout is under way: ${how}`);
}

function recently({ workload }: Scene, now: Instant): Warning | null {
  const marked = readMarker(workload);
  if (marked === null || now - marked.at > recent || marked.at > now + recent) return null;
  const who = marked.by === '' ? '' : ` for ${marked.by}`;
  return warns(`Vigie ${pastOf(marked.verb)} ${spokenSpan(now - marked.at)} ago${who}`);
}
