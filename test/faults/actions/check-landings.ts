/** What must hold of writes: only what was approved, once, in time, where it was approved for, and told as it was. */
import { readTarget, spokenOrder } from '../../../src/action/action.ts';
import type { Plan } from '../../../src/action/action.ts';
import { list, number, object, text } from '../../../src/kubernetes/json.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import { hashOf } from '../../../src/kubernetes/template.ts';
import type { Violation } from '../check-record.ts';
import type { Deploy } from './colleague.ts';
import type { Write } from './door.ts';
import { generationIn, pathOf, restartIn, versionIn } from './scene.ts';
import type { Frozen, Landed, Story } from './scene.ts';

/** A story in a line, for whoever reads a violation. */
export const nameOf = ({ run }: Story): string => `run ${run.id} (${spokenOrder(run.order)} of ${run.target})`;

const found = (rule: string, story: Story, says: string): Violation => ({
  rule,
  says: `${nameOf(story)}: ${says}`,
  incident: story.incident.number,
});

const writtenAs = ({ at, fate, path, worker, answer }: Write): string =>
  `${worker} at ${new Date(at).toISOString().slice(11, 23)} to ${path} (${fate}, ${answer?.status ?? 'never arrived'})`;

/** Nothing is sent that nobody approved, or to another place, or with another plan. */
export function onlyApproved(stories: readonly Story[], strays: readonly Write[]): Violation[] {
  const rule = 'only what was approved is sent';
  const unasked = strays.map((write): Violation => ({ rule, says: `nobody asked for this: ${writtenAs(write)}` }));
  return stories.reduce<Violation[]>((all, story) => {
    const { approved, order, plan, sent } = story;
    for (const write of sent) {
      const says = (what: string): void => void all.push(found(rule, story, `${what}: ${writtenAs(write)}`));
      if (plan === null || order === null) says('there was no plan');
      else if (!approved.includes(plan.digest)) says('nobody said yes to this plan');
      else if (order.plan.digest !== plan.digest) says('another plan was carried out');
      else if (write.path !== pathOf(plan)) says('this is another object');
    }
    return all;
  }, unasked);
}

/** How often a run may have changed something, by how it ended: at least, at most. */
function bounds({ ends, marks, run }: Story): readonly [number, number] {
  const [end] = ends;
  // A pod that is gone was deleted by Vigie or by somebody else: nobody can tell, and it is the same.
  if (marks.length > 0) return run.order.verb === 'delete-pod' ? [0, 1] : [1, 1];
  if (end === undefined) return [0, 1];
  // Whoever removed the mark took the proof with it; then nobody may say that it was not done.
  if (/It was sent, (?:and )?it is not known whether/.test(end.says)) return [0, 1];
  return end.outcome === 'unknown' || end.outcome === 'superseded' ? [0, 1] : [0, 0];
}

/** Each run lands as often as its end says: once, not at all, or nobody knows. */
export function onceEach(stories: readonly Story[]): Violation[] {
  return stories.flatMap((story) => {
    const { ends, landed, marks } = story;
    const [least, most] = bounds(story);
    if (landed.length >= least && landed.length <= most) return [];
    const end = ends[0] === undefined ? 'it never ended' : `it ended ${ends[0].outcome}: ${ends[0].says}`;
    const is = marks.length > 0 ? `it was told to have landed, and ${end}` : end;
    const writes = landed.map(writtenAs).join('; ');
    return [
      found(
        landed.length > 1 ? 'never twice' : 'landings are told',
        story,
        `landed ${landed.length} times [${writes}], and ${is}`,
      ),
    ];
  });
}

/** Each landing is on the very object and version that the plan was made for, does what was ordered, and nothing broken. */
export function rightPlace(stories: readonly Story[], deploys: readonly Deploy[]): Violation[] {
  const rule = 'a landing is what was approved';
  return stories.flatMap((story) => {
    const { landed, plan } = story;
    if (plan === null) return [];
    return landed.flatMap((write): Violation[] => {
      const after = write.answer.object;
      const images = list(after, 'spec', 'template', 'spec', 'containers').map((container) => text(container, 'image'));
      if (plan.order.verb === 'rollback' && images.some((image) => image.includes(':crash'))) {
        return [found('no rollback to the broken version', story, `it left ${images.join()}: ${writtenAs(write)}`)];
      }
      const not = differenceFrom(plan, after, deploysBetween(plan, write, deploys));
      return not === null ? [] : [found(rule, story, `${not}: ${writtenAs(write)}`)];
    });
  });
}

/** Versions that somebody rolled out after the plan was made and before the write landed. */
function deploysBetween({ at, target }: Plan, { answer }: Landed, deploys: readonly Deploy[]): readonly Deploy[] {
  return deploys.filter(
    (deploy) =>
      deploy.target === readTarget(target)?.name && deploy.at > at && deploy.resourceVersion < versionIn(answer.object),
  );
}

function differenceFrom(plan: Plan, after: JsonObject, between: readonly Deploy[]): string | null {
  const uid = text(after, 'metadata', 'uid');
  const bound = plan.object?.uid ?? plan.uid;
  const other = uid === bound ? null : `its uid is ${uid}, the plan's ${bound}`;
  const { order } = plan;
  switch (order.verb) {
    case 'delete-pod':
      return other;
    case 'set-autoscaler-bounds': {
      const [min, max] = [number(after, 'spec', 'minReplicas') ?? 1, number(after, 'spec', 'maxReplicas')];
      const fits = (order.min ?? min) === min && (order.max ?? max) === max;
      return other ?? (fits ? null : `it left ${min} to ${max}`);
    }
    case 'pause':
      return other ?? (object(after, 'spec')['paused'] === true ? null : 'it left it running');
    default:
  }
  // Every version has an image of its own, so that none comes back by itself.
  const drifted = between.map(({ image }) => image).join();
  if (drifted !== '') return `${drifted} came in between, and it was sent all the same`;
  switch (order.verb) {
    case 'restart':
      return other ?? (restartIn(after) === new Date(plan.at).toISOString() ? null : `it left ${restartIn(after)}`);
    case 'scale': {
      const replicas = number(after, 'spec', 'replicas');
      return other ?? (replicas === order.to ? null : `it left ${replicas} replicas`);
    }
    case 'rollback': {
      const hash = hashOf(object(after, 'spec', 'template'));
      return other ?? (hash === plan.pinned?.templateHash ? null : 'it left another version than the pinned one');
    }
    case 'resume':
      return other ?? (object(after, 'spec')['paused'] === true ? 'it left it paused' : null);
  }
}

/** Clocks and queues between a worker's last look at its clock and the door, in milliseconds. */
const tolerance = 1_000;

/** Nothing is sent late, and where a landing is told, it was there. */
export function toldAsItWas(stories: readonly Story[], frozen: readonly Frozen[]): Violation[] {
  return stories.flatMap((story) => {
    const { landed, marks, order, plan, sent } = story;
    const late = sent.filter(({ at, worker }) => {
      const stood = frozen.filter((each) => each.worker === worker && each.from < at && at < each.to + 15_000);
      const excuse = stood.reduce((sum, { from, to }) => sum + (to - from), 0);
      return order !== null && at > order.expires + tolerance + excuse;
    });
    const overdue = late.map((write) =>
      found(
        'nothing is sent late',
        story,
        `${write.at - (order?.expires ?? 0)} ms after it expired: ${writtenAs(write)}`,
      ),
    );
    const [write] = landed;
    const [told] = marks;
    if (write === undefined || told === undefined || plan === null || plan.object !== null) return overdue;
    const is = {
      generation: generationIn(write.answer.object),
      templateHash: hashOf(object(write.answer.object, 'spec', 'template')),
    };
    if (is.generation === told.mark.generation && is.templateHash === told.mark.templateHash) return overdue;
    const says = `it landed as generation ${is.generation} (${is.templateHash.slice(0, 8)}), and was told as ${told.mark.generation} (${told.mark.templateHash.slice(0, 8)}): ${writtenAs(write)}`;
    return [...overdue, found('a landing is told where it was', story, says)];
  });
}
