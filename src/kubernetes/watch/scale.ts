/** Watching a workload that was scaled: its replicas are what was asked for, stay so, and are available. */
import type { Duration, Instant } from '../../incident/incident.ts';
import { conditionOf } from '../diagnose/pods.ts';
import type { Workload } from './objects.ts';
import { ended, going, type Look, type Sight, type Watched } from './sight.ts';
import { refusalOf, worstTrouble } from './trouble.ts';
import { lastWriter } from './writers.ts';

/** An autoscaler looks every 15 seconds; what it leaves alone for so long, it accepts. */
const autoscalerLooks: Duration = 20_000;

/** Judges a look at a workload that was scaled to `to`. */
export function judgeScale(look: Look, workload: Workload, to: number, watched: Watched, now: Instant): Sight {
  const { mark, plan } = watched;
  const { available, generation, observed, replicas, wanted } = workload;
  if (wanted !== to) {
    const who = lastWriter(workload, 'replicas', mark.serverTime);
    return ended('superseded', `${who} changed the replicas from ${to} to ${wanted}`);
  }
  if (workload.paused) return ended('succeeded', `It is scaled to ${to}; its rollout is paused`);
  const done = Math.min(available, to);
  if (observed < Math.max(mark.generation, generation)) return going('observing', done, to);
  const refused = conditionOf(workload, 'ReplicaFailure');
  const enough = to === 0 ? replicas === 0 : available >= to;
  // While a rollout is under way there may be more pods than asked for; after a scale-up that is no failure.
  if (enough && (replicas <= to || to > (plan.replicas ?? 0))) {
    if (to === 0) return ended('succeeded', 'It is scaled to 0: nothing runs');
    if (look.autoscaled && now - mark.serverTime < autoscalerLooks) {
      return going('progressing', done, to, 'its autoscaler may change it back');
    }
    return ended('succeeded', `It is scaled to ${to}, and ${to === 1 ? 'its pod is' : 'all are'} available`);
  }
  if (refused?.holds === true) return going('blocked', done, to, refusalOf(refused));
  const trouble = worstTrouble(
    (look.pods ?? []).filter(({ deletedAt }) => deletedAt === null),
    'pods',
    now,
  );
  if (trouble !== '') return going('degraded', done, to, trouble);
  return going('progressing', done, to, replicas > to ? 'the pods that are too many are still ending' : '');
}
