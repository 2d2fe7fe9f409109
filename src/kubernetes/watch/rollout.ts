/** Watching a rollout, as `kubectl rollout status` does and further: who interferes, what blocks it, what never gets ready. */
import type { Duration, Instant } from '../../incident/incident.ts';
import { conditionOf, isReady, type Pod } from '../diagnose/pods.ts';
import { line } from '../words.ts';
import type { Workload } from './objects.ts';
import { ended, going, type Look, type Sight, type Watched } from './sight.ts';
import { refusalOf, troubleOf, worstTrouble } from './trouble.ts';
import { lastWriter } from './writers.ts';

/** A deadline that passed before our change stands for a moment after it (kubernetes/kubernetes#49637). */
const stickiness: Duration = 15_000;

/** A quota that refuses one pod too many may let it in as soon as an old one is gone. */
const patience: Duration = 30_000;

/** A pod that never became ready is replaced within this, when it is replaced at all. */
const replacing: Duration = 5_000;

/** And one against which nothing else is known may still be starting. */
const starting: Duration = 60_000;

/** Judges a look at a workload whose template was changed. */
export function judgeRollout(look: Look, workload: Workload, watched: Watched, now: Instant): Sight {
  const { mark } = watched;
  const { generation, observed, paused, strategy, templateHash } = workload;
  if (generation > mark.generation && templateHash !== mark.templateHash) {
    const who = lastWriter(workload, 'template', mark.serverTime);
    return ended('superseded', `${who} changed the template after it landed: another rollout replaces this one`);
  }
  if (strategy === 'OnDelete') {
    return ended(
      'succeeded',
      'It is applied; with the update strategy OnDelete, pods change only when they are deleted',
    );
  }
  const { done, total } = countersOf(look, workload, watched);
  if (paused) return going('paused', done, total, 'the rollout is paused: resume it');
  if (observed < mark.generation) return going('observing', done, total);
  const waits = observed < generation ? '' : standsInTheWay(workload);
  if (waits === null) return ended('succeeded', success(workload, total));
  const fresh = newPods(look, workload, watched);
  const trouble = worstTrouble(fresh, 'new pods', now);
  return (
    deadline(
      workload,
      watched,
      now,
      `${done} of ${total} new pods are available${trouble === '' ? '' : `; ${trouble}`}`,
    ) ??
    refusal(workload, watched, now, done, total) ??
    stuck(look, workload, watched, now) ??
    going(trouble === '' ? 'progressing' : 'degraded', done, total, trouble || waits)
  );
}

/** Why a rollout that was observed is not complete, as kubectl counts; empty for no special reason; null when it is. */
function standsInTheWay({ available, kind, partition, ready, replicas, updated, wanted }: Workload): string | null {
  switch (kind) {
    case 'Deployment':
      if (updated < wanted) return '';
      if (replicas > updated) return 'old pods are still ending';
      return available < updated ? '' : null;
    case 'DaemonSet':
      return updated < wanted || available < wanted ? '' : null;
    case 'StatefulSet':
      if (ready < wanted || available < wanted) return '';
      if (updated < wanted - partition) return '';
      return replicas > wanted ? 'pods that are too many are still ending' : null;
  }
}

function success({ kind, partition, wanted }: Workload, total: number): string {
  if (wanted === 0) {
    return kind === 'DaemonSet'
      ? 'It is applied, but no node fits: nothing runs'
      : 'It is applied; it has 0 replicas, so nothing runs';
  }
  if (partition > 0 && kind === 'StatefulSet') {
    return `${total} of ${wanted} pods are new; the partition ${partition} keeps the others as they are`;
  }
  return total === 1 ? 'The pod is new and available' : `All ${total} pods are new and available`;
}

/** How many pods are new and available, of how many that are to be. */
function countersOf(
  look: Look,
  workload: Workload,
  watched: Watched,
): { readonly done: number; readonly total: number } {
  const { available, kind, partition, replicas, updated, wanted } = workload;
  const total = kind === 'StatefulSet' ? Math.max(0, wanted - partition) : wanted;
  const replicaSet = look.revisions?.find(({ templateHash }) => templateHash === watched.mark.templateHash);
  const ready = newPods(look, workload, watched).filter(isReady).length;
  // At least so many, if every old pod is available.
  const surely = workload.observed < watched.mark.generation ? 0 : available + updated - Math.max(replicas, wanted);
  const known = replicaSet?.available ?? Math.max(Math.min(ready, updated), surely);
  return { done: Math.min(total, Math.max(0, known)), total };
}

/** Pods of the version that is rolled out. Without a list of revisions it is not known which these are. */
function newPods(look: Look, workload: Workload, { mark }: Watched): readonly Pod[] {
  const pods = (look.pods ?? []).filter(({ deletedAt }) => deletedAt === null);
  if (workload.kind === 'StatefulSet') {
    // Before that, it names the revision of the rollout before.
    if (workload.observed < mark.generation) return [];
    return pods.filter((pod) => pod.owner === workload.uid && revisionOf(pod) === workload.updateRevision);
  }
  const revision = look.revisions?.find(({ templateHash }) => templateHash === mark.templateHash);
  if (revision === undefined) return [];
  return workload.kind === 'Deployment'
    ? pods.filter(({ owner }) => owner === revision.uid)
    : pods.filter((pod) => pod.owner === workload.uid && revisionOf(pod) === revision.label);
}

const revisionOf = ({ labels }: Pod): string => labels['controller-revision-hash'] ?? '';

/** A passed deadline counts if it passed after our change, or if it stands while nothing moves. */
function deadline(workload: Workload, { mark, seen, since }: Watched, now: Instant, how: string): Sight | null {
  const progressing = conditionOf(workload, 'Progressing');
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || workload.kind !== 'Deployment') return null;
  const isOurs = progressing.at !== null && progressing.at > mark.serverTime;
  const stands = seen !== null && seen.state !== 'observing' && now - since >= stickiness;
  return isOurs || stands ? ended('failed', line(`The deadline for progress passed: ${how}`, 600)) : null;
}

/** The cluster refuses to make pods: a quota, a webhook, a security policy. */
function refusal(
  workload: Workload,
  { seen, since }: Watched,
  now: Instant,
  done: number,
  total: number,
): Sight | null {
  const condition = conditionOf(workload, 'ReplicaFailure');
  if (condition?.holds !== true) return null;
  const says = refusalOf(condition);
  const stands = seen?.state === 'blocked' && seen.done === done && now - since >= patience;
  return stands ? ended('failed', `The cluster refuses to make pods: ${says}`) : going('blocked', done, total, says);
}

/**
 * An ordered StatefulSet waits for each pod, even for one of the version that is to be replaced. One that can't get ready
 * must be deleted by hand (kubernetes/kubernetes#67250).
 */
function stuck(look: Look, workload: Workload, { mark }: Watched, now: Instant): Sight | null {
  if (!workload.ordered || workload.updateRevision === '') return null;
  const own = (look.pods ?? []).filter(({ owner }) => owner === workload.uid);
  const [lowest] = own.filter((pod) => !isReady(pod)).toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
  if (lowest === undefined || lowest.deletedAt !== null || revisionOf(lowest) === workload.updateRevision) return null;
  const age = now - mark.serverTime;
  const trouble = troubleOf(lowest, now);
  if (age < (trouble === null ? starting : replacing)) return null;
  const why = trouble === null ? '' : ` (${trouble})`;
  const says = `Pod ${line(lowest.name, 253)} has the old version and does not get ready${why}. The others wait for it: delete it, then the rollout goes on`;
  return { type: 'ended', outcome: 'failed', says: line(says, 600), stuck: lowest.name };
}

const ordinalOf = ({ name }: Pod): number => Number(/-(\d+)$/.exec(name)?.[1] ?? '0');
