/** Diagnoses a workload: what is wrong with its pods, since when, what changed, what limits it, and its last words. Read only. */
import { nameOfTarget, type Target } from '../../action/action.ts';
import type { Duration, Instant } from '../../incident/incident.ts';
import type { Cluster } from '../cluster.ts';
import { isObject, type JsonObject, list } from '../json.ts';
import { readWorkload, type Workload } from '../watch/objects.ts';
import { changeLines } from './change.ts';
import { eventLines } from './events.ts';
import { type Answer, askWorkload, gather, type Gathered, openInquiry } from './gather.ts';
import { groupPods, headOf, type Group, printGroup } from './groups.ts';
import { type LastWords, readLastWords } from './log.ts';
import { controllerOf, type Pod, readPod } from './pods.ts';
import { type Section, sectionOf, shown } from './plain.ts';
import { isBad, standLines } from './stand.ts';
import { autoscalerLines, budgetLines, quotaLines } from './surroundings.ts';

/** What was found out. All of it is plain text, without secrets; it still has to be escaped where text is markup. */
export interface Diagnosis {
  /** `unknown` when the cluster would not say. */
  readonly verdict: 'healthy' | 'unhealthy' | 'unknown';
  /** One line. */
  readonly headline: string;
  /** At most 2,900 UTF-16 units each. */
  readonly sections: readonly Section[];
  /** What crashed containers said last, in lines; at most 2,900 UTF-16 units. Null when nothing crashed, or nothing was said. */
  readonly log: string | null;
}

/** When it is asked, and how long it may take. */
export interface DiagnoseOptions {
  readonly now: Instant;
  readonly signal?: AbortSignal;
  /** 3 seconds, unless told otherwise. */
  readonly within?: Duration;
}

/** Diagnoses a workload. Whatever the cluster does is an answer. */
export async function diagnose(
  cluster: Cluster,
  target: Target,
  { now, signal = new AbortController().signal, within = 3_000 }: DiagnoseOptions,
): Promise<Diagnosis> {
  using inquiry = openInquiry(cluster, within, signal);
  const found = await askWorkload(inquiry, target);
  if (found.is !== 'answered') return unseen(target, found.is, found.why);
  const raw = found.value;
  const workload = readWorkload(raw, target.kind);
  const gathered = await gather(inquiry, target, raw);
  const pods = podsOf(gathered, workload);
  const groups = pods === null ? null : groupPods(pods, now);
  const words = await readLastWords(inquiry, target.namespace, groups ?? []);
  const { headline, verdict } = judge(workload, groups, pods?.length ?? 0);
  return {
    verdict,
    headline: `${target.kind} ${target.name}: ${headline}`,
    sections: sectionsOf({ target, raw, workload, gathered, pods, groups, words, now }),
    log: words.log,
  };
}

function unseen(target: Target, is: Exclude<Answer<never>['is'], 'answered'>, why: string): Diagnosis {
  const isGone = is === 'missing';
  const headline = isGone ? `${nameOfTarget(target)} does not exist` : `${nameOfTarget(target)} could not be looked at`;
  return { verdict: isGone ? 'unhealthy' : 'unknown', headline, sections: [sectionOf('Workload', [why])], log: null };
}

/** The workload's own pods, whatever else its selector finds; null when they could not be listed. */
function podsOf({ pods, revisions }: Gathered, workload: Workload): readonly Pod[] | null {
  if (pods.is !== 'answered') return null;
  const sets = revisions.is === 'answered' ? list(revisions.value, 'items').filter(isObject) : null;
  const owners = new Set([workload.uid]);
  for (const set of sets ?? []) {
    const metadata = set['metadata'];
    const uid = isObject(metadata) ? metadata['uid'] : undefined;
    if (controllerOf(set) === workload.uid && typeof uid === 'string') owners.add(uid);
  }
  const all = list(pods.value, 'items').map(readPod);
  return sets === null ? all : all.filter(({ owner }) => owners.has(owner));
}

/** Pods decide; without them, or beside them, the workload's own account does. */
function judge(
  { available, conditions, kind, wanted }: Workload,
  groups: readonly Group[] | null,
  all: number,
): Pick<Diagnosis, 'verdict' | 'headline'> {
  if (wanted === 0) {
    const headline = kind === 'DaemonSet' ? 'no node fits, so nothing runs' : 'it is scaled to 0, so nothing runs';
    return { verdict: 'unhealthy', headline };
  }
  const [first] = groups ?? [];
  if (first?.grade === 'ill')
    return { verdict: 'unhealthy', headline: `${headOf(first, all)}; ${available} of ${wanted} available` };
  const bad = conditions.find(isBad);
  const few = `${available} of ${wanted} pods are available`;
  if (bad !== undefined) return { verdict: 'unhealthy', headline: `${few}; ${shown(bad.message || bad.reason, 160)}` };
  if (available < wanted)
    return { verdict: 'unhealthy', headline: available === 0 ? `no pod of ${wanted} is available` : `only ${few}` };
  if (groups === null) return { verdict: 'unknown', headline: `${few}, but its pods could not be looked at` };
  return { verdict: 'healthy', headline: wanted === 1 ? 'its pod is ready' : `all ${wanted} pods are ready` };
}

interface Findings {
  readonly target: Target;
  readonly raw: JsonObject;
  readonly workload: Workload;
  readonly gathered: Gathered;
  readonly pods: readonly Pod[] | null;
  readonly groups: readonly Group[] | null;
  readonly words: LastWords;
  readonly now: Instant;
}

function sectionsOf({ gathered, groups, now, pods, raw, target, words, workload }: Findings): readonly Section[] {
  const { autoscalers, budgets, ownEvents, podEvents, quotas, revisions } = gathered;
  const events = [podEvents, ownEvents];
  const lists = events.flatMap((answer) => (answer.is === 'answered' ? [answer.value] : []));
  const unheard = events.find(({ is }) => is !== 'answered');
  const parts: readonly Section[] = [
    sectionOf('Workload', standLines(raw, workload, now)),
    part('Pods', gathered.pods, () => podLines(groups ?? [], pods?.length ?? 0, now)),
    part('Last change', revisions, (listed) => changeLines(raw, listed, now)),
    sectionOf('Warnings', [
      ...eventLines(lists, workload, pods ?? [], now),
      ...(unheard === undefined || unheard.is === 'answered' ? [] : [unheard.why]),
    ]),
    part('Autoscaler', autoscalers, (listed) => autoscalerLines(listed, target)),
    part('Disruption budget', budgets, (listed) => budgetLines(listed, raw)),
    part('Quota', quotas, quotaLines),
    sectionOf('Log', words.why === '' ? [] : [words.why]),
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

const podLines = (groups: readonly Group[], all: number, now: Instant): readonly string[] =>
  all === 0 ? ['There are none'] : groups.flatMap((group) => printGroup(group, all, now));

const part = (title: string, answer: Answer<JsonObject>, lines: (value: JsonObject) => readonly string[]): Section =>
  sectionOf(title, answer.is === 'answered' ? lines(answer.value) : [answer.why]);
