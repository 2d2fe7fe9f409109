/** Pods that have the same, together: `5 of 6 pods: CrashLoopBackOff (OOMKilled, exit 137), up to 12 restarts, last 40 s ago`. */
import type { Instant } from '../../incident/incident.ts';
import { type Container, type Pod } from './pods.ts';
import { shown, spokenAge } from './plain.ts';
import { type Ailment, ailmentOf } from './reason.ts';

/** Pods that have the same. */
export interface Group {
  readonly grade: Ailment['grade'];
  readonly reason: string;
  readonly pods: readonly Pod[];
  readonly ailments: readonly Ailment[];
}

const order: readonly Ailment['grade'][] = ['ill', 'passing', 'well', 'over'];

/** Groups pods by what they have: the ill ones first, and the many before the few. */
export function groupPods(pods: readonly Pod[], now: Instant): readonly Group[] {
  const groups = new Map<string, { grade: Ailment['grade']; reason: string; pods: Pod[]; ailments: Ailment[] }>();
  for (const pod of pods) {
    const ailment = ailmentOf(pod, now);
    const { grade, reason } = ailment;
    const key = `${grade} ${reason}`;
    const group = groups.get(key) ?? { grade, reason, pods: [], ailments: [] };
    group.pods.push(pod);
    group.ailments.push(ailment);
    groups.set(key, group);
  }
  return [...groups.values()].toSorted(
    (a, b) => order.indexOf(a.grade) - order.indexOf(b.grade) || b.pods.length - a.pods.length,
  );
}

/** `5 of 6 pods: CrashLoopBackOff (OOMKilled, exit 137)`. */
export const headOf = ({ pods, reason }: Group, all: number): string =>
  all === 1 ? `1 pod: ${reason}` : `${pods.length} of ${all} pods: ${reason}`;

/** A group in lines: how many and why, what the cluster says about it, and which pods. */
export function printGroup(group: Group, all: number, now: Instant): readonly string[] {
  const { ailments, grade, pods } = group;
  const head = headOf(group, all) + crashesOf(ailments, now) + limitOf(ailments);
  const said = ailments.find(({ said: words }) => words !== '')?.said ?? '';
  const names = pods.slice(0, 3).map(({ name }) => shown(name, 80));
  const more = pods.length > names.length ? ` and ${pods.length - names.length} more` : '';
  return [
    head,
    ...(said === '' ? [] : [`  ${shown(said, 300)}`]),
    ...(grade === 'well' || grade === 'over' ? [] : [`  ${names.join(', ')}${more}`]),
  ];
}

function crashesOf(ailments: readonly Ailment[], now: Instant): string {
  const restarts = Math.max(0, ...ailments.map(({ container }) => container?.restarts ?? 0));
  const ends = ailments.map(({ exit }) => exit?.at ?? 0).filter((at) => at > 0);
  const last = ends.length === 0 ? '' : `, last ${spokenAge(now - Math.max(...ends))} ago`;
  if (restarts === 0) return last === '' ? '' : last.replace('last', 'ended');
  return `, ${ailments.length > 1 ? 'up to ' : ''}${restarts} ${restarts === 1 ? 'restart' : 'restarts'}${last}`;
}

function limitOf(ailments: readonly Ailment[]): string {
  const killed = ailments.find(({ exit }) => exit?.reason === 'OOMKilled')?.container;
  if (killed === undefined || killed === null) return '';
  return killed.memory === '' ? ', no memory limit of its own' : `, limit ${shown(killed.memory, 20)}`;
}

/** The containers whose last words are worth reading: of at most two pods, the worst first, that have started at all. */
export function worstContainers(
  groups: readonly Group[],
): readonly { readonly pod: Pod; readonly container: Container }[] {
  const ill = groups.filter(({ grade }) => grade === 'ill');
  const found = ill.flatMap(({ ailments, pods }) =>
    pods.flatMap((pod, index) => {
      const container = ailments[index]?.container ?? null;
      const started =
        container !== null && (container.restarts > 0 || container.exit !== null || container.state === 'running');
      return started ? [{ pod, container }] : [];
    }),
  );
  const byReason = found.toSorted((a, b) => b.container.restarts - a.container.restarts);
  return byReason.slice(0, 2);
}
