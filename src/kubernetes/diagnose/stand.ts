/** How a workload stands by its own account: counters, conditions that do not hold, and what Vigie did to it. */
import type { Instant } from '../../incident/incident.ts';
import { imagesOf } from '../diff.ts';
import type { Json } from '../json.ts';
import { pastOf, readMarker } from '../marker.ts';
import type { Workload } from '../watch/objects.ts';
import type { Condition } from './pods.ts';
import { cut, shown, spokenAge } from './plain.ts';

/** The workload in lines. */
export function standLines(raw: Json, workload: Workload, now: Instant): readonly string[] {
  const { available, generation, kind, observed, paused, strategy, updated, wanted } = workload;
  const of = kind === 'DaemonSet' ? 'nodes that fit' : 'wanted';
  const marked = readMarker(raw);
  return [
    `${wanted} ${of}, ${available} available, ${updated} of the newest version; strategy ${shown(strategy, 40)}`,
    ...imagesOf(workload.template).map((image) => `image ${cut(image, 200)}`),
    ...(paused ? ['It is paused: no change rolls out until it is resumed'] : []),
    ...(observed < generation ? ['Its controller has not taken the newest change up yet'] : []),
    ...workload.conditions.filter(isBad).map((condition) => spoken(condition, now)),
    ...(marked === null || marked.id.startsWith('cancelled:')
      ? []
      : [`Vigie ${pastOf(marked.verb)} ${spokenAge(now - marked.at)} ago for ${shown(marked.by, 80)}`]),
  ];
}

/** Conditions that say that something is wrong. A pause makes no progress, and that is as it should be. */
export const isBad = ({ holds, reason, type }: Condition): boolean =>
  type === 'ReplicaFailure'
    ? holds === true
    : ['Available', 'Progressing'].includes(type) && holds === false && reason !== 'DeploymentPaused';

function spoken({ changedAt, message, reason, type }: Condition, now: Instant): string {
  const age = changedAt === null ? '' : ` for ${spokenAge(now - changedAt)}`;
  const what = type === 'ReplicaFailure' ? 'The cluster refuses to make pods' : `Not ${type.toLowerCase()}`;
  return `${what}${age} (${shown(reason, 60)}): ${shown(message, 300)}`;
}
