/** What a look at a workload means for the run that is watched: nothing new, a rollout that moved, or the end of it. */
import type { Plan, Progress } from '../../action/action.ts';
import type { Instant } from '../../incident/incident.ts';
import { type Json, number, text } from '../json.ts';
import { line } from '../words.ts';
import type { Workload } from './objects.ts';
import { judgeRollout } from './rollout.ts';
import { judgeScale } from './scale.ts';
import { ended, type Ended, going, type Look, type Sight, type Watched } from './sight.ts';
import { lastWriter } from './writers.ts';

/** What a look means. */
export type Judgement =
  | { readonly type: 'nothing new' }
  | { readonly type: 'moved'; readonly progress: Progress }
  | Ended;

/** Judges a look. */
export function judge(look: Look, watched: Watched, now: Instant): Judgement {
  const sight = sightOf(look, watched, now);
  if (sight.type === 'ended') return sight;
  const { progress } = sight;
  if (now >= watched.until) return ended('failed', outOfTime(progress, watched));
  return isNews(progress, watched.seen) ? { type: 'moved', progress } : { type: 'nothing new' };
}

function sightOf(look: Look, watched: Watched, now: Instant): Sight {
  const { mark, plan } = watched;
  switch (plan.order.verb) {
    case 'delete-pod':
      return judgeDeletion(look.object, plan);
    case 'set-autoscaler-bounds':
      return judgeBounds(look.object, plan, plan.order);
    default:
  }
  const { workload } = look;
  if (workload === null) return ended('superseded', `${plan.target} was deleted after it landed`);
  if (workload.uid !== mark.uid) {
    return ended('superseded', `${plan.target} was deleted and made again: this is another one`);
  }
  switch (plan.order.verb) {
    case 'pause':
    case 'resume':
      return judgePause(workload, plan.order.verb === 'pause', mark.serverTime);
    case 'scale':
      return judgeScale(look, workload, plan.order.to, watched, now);
    case 'restart':
    case 'rollback':
      return judgeRollout(look, workload, watched, now);
  }
}

function judgePause(workload: Workload, paused: boolean, since: Instant): Sight {
  if (workload.paused !== paused) {
    const who = lastWriter(workload, 'paused', since);
    return ended('superseded', `${who} ${paused ? 'resumed' : 'paused'} it again`);
  }
  return ended('succeeded', paused ? 'It is paused: no change rolls out until it is resumed' : 'It is resumed');
}

function judgeDeletion(pod: Json | null, { object }: Plan): Sight {
  const name = object?.name ?? 'the pod';
  if (pod === null) return ended('succeeded', `Pod ${name} is gone`);
  if (object !== null && text(pod, 'metadata', 'uid') !== object.uid) {
    return ended('succeeded', `Pod ${name} is gone, and a new one has its name`);
  }
  const terminates = text(pod, 'metadata', 'deletionTimestamp') !== '';
  return going('progressing', 0, 1, terminates ? `pod ${name} is terminating` : `pod ${name} is still there`);
}

function judgeBounds(
  autoscaler: Json | null,
  { object }: Plan,
  { max, min }: { readonly min: number | null; readonly max: number | null },
): Sight {
  const name = object?.name ?? 'the autoscaler';
  if (autoscaler === null) return ended('superseded', `Autoscaler ${name} was deleted after it landed`);
  if (object !== null && text(autoscaler, 'metadata', 'uid') !== object.uid) {
    return ended('superseded', `Autoscaler ${name} was deleted and made again: this is another one`);
  }
  // A minimum that is not written is 1.
  const lowest = number(autoscaler, 'spec', 'minReplicas') ?? 1;
  const highest = number(autoscaler, 'spec', 'maxReplicas') ?? 0;
  const bounds = `minimum ${lowest}, maximum ${highest}`;
  const holds = (min === null || min === lowest) && (max === null || max === highest);
  return holds
    ? ended('succeeded', `Autoscaler ${name} has ${bounds}`)
    : ended('superseded', `Somebody set autoscaler ${name} again: ${bounds}`);
}

function outOfTime({ done, total, says, state }: Progress, { mark, plan, until }: Watched): string {
  const limit = Math.max(1, Math.round((until - mark.serverTime) / 1000));
  const why = says === '' ? (state === 'observing' ? ': the cluster has not taken the change up' : '') : `: ${says}`;
  const change = plan.order.verb === 'delete-pod' ? '' : '. The change stays';
  return line(`Not finished within ${limit} s, ${done} of ${total} done${why}${change}`, 600);
}

const isNews = (now: Progress, seen: Progress | null): boolean =>
  seen === null ||
  now.done !== seen.done ||
  now.total !== seen.total ||
  now.state !== seen.state ||
  now.says !== seen.says;
