/** Ways to break a scene, one for each thing that a broken Vigie could leave behind: the check must notice them all. */
import { object } from '../../../src/kubernetes/json.ts';
import { answered, hasLanded, landing, lines, posted, runs, storyOf, twice, withWrites } from './changes.ts';
import { storiesOf, versionIn } from './scene.ts';
import type { Scene } from './scene.ts';

/** One way. */
export interface Tamper {
  readonly name: string;
  /** The rule that must be found broken. */
  readonly rule: string;
  /** Null where the scene has nothing of the kind to break. */
  readonly apply: (scene: Scene) => Scene | null;
}

/** All of them. */
export const tampers: readonly Tamper[] = [
  {
    name: 'a write lands twice',
    rule: 'never twice',
    apply: landing(
      ({ run }) => run.order.verb !== 'delete-pod',
      (write) => [
        write,
        ...answered(write, (after) => ({
          ...after,
          metadata: { ...object(after, 'metadata'), resourceVersion: String(versionIn(after) + 1) },
        })),
      ],
    ),
  },
  {
    name: 'a run is told to have landed, and nothing did',
    rule: 'landings are told',
    apply: landing(
      ({ run }) => run.order.verb !== 'delete-pod',
      () => [],
    ),
  },
  {
    name: 'a run landed, and is told not to have',
    rule: 'landings are told',
    apply: (scene) => {
      const id = storyOf(scene, hasLanded)?.run.id;
      if (id === undefined) return null;
      return lines(scene, (line) => {
        if (line.run !== id) return [line];
        if (line.type === 'RunEnded') return [{ ...line, outcome: 'drifted' }];
        return line.type === 'ActionLanded' ? [] : [line];
      });
    },
  },
  {
    name: 'something is written that nobody asked for',
    rule: 'only what was approved is sent',
    apply: (scene) => {
      const [write] = scene.audit.writes;
      const stray = write && {
        ...write,
        path: '/apis/apps/v1/namespaces/shop/deployments/stranger',
        body: { spec: {} },
      };
      return stray === undefined ? null : withWrites(scene, [...scene.audit.writes, stray]);
    },
  },
  {
    name: 'a write goes to another object',
    rule: 'only what was approved is sent',
    apply: landing(
      ({ run }) => run.order.verb !== 'delete-pod',
      (write) => [{ ...write, path: `${write.path}-too` }],
    ),
  },
  {
    name: 'a plan is carried out to which nobody said yes',
    rule: 'only what was approved is sent',
    apply: (scene) =>
      storyOf(scene, hasLanded) === undefined
        ? null
        : lines(scene, (line) => (line.type === 'ActionApproved' ? [] : [line])),
  },
  {
    name: 'a rollback leaves the broken version',
    rule: 'no rollback to the broken version',
    apply: landing(
      ({ run }) => run.order.verb === 'rollback',
      (write) =>
        answered(write, (after) => ({
          ...after,
          spec: { template: { spec: { containers: [{ image: 'registry.test/app:crash-3' }] } } },
        })),
    ),
  },
  {
    name: 'a write lands on an object that was made again',
    rule: 'a landing is what was approved',
    apply: landing(
      () => true,
      (write) => answered(write, (after) => ({ ...after, metadata: { ...object(after, 'metadata'), uid: 'another' } })),
    ),
  },
  {
    name: 'another version came in between',
    rule: 'a landing is what was approved',
    apply: (scene) => {
      const story = storyOf(
        scene,
        (each) => hasLanded(each) && ['restart', 'rollback', 'scale'].includes(each.run.order.verb),
      );
      const [write] = story?.landed ?? [];
      if (story === undefined || story.plan === null || write === undefined) return null;
      const target = story.run.target.split('/').at(-1) ?? '';
      const resourceVersion = versionIn(write.answer.object) - 0.5;
      return {
        ...scene,
        deploys: [...scene.deploys, { at: story.plan.at + 1, target, image: 'v99', resourceVersion }],
      };
    },
  },
  {
    name: 'a write is sent after it expired',
    rule: 'nothing is sent late',
    apply: landing(
      () => true,
      (write) => [{ ...write, at: write.at + 3_600_000 }],
    ),
  },
  {
    name: 'a landing is told to be of another generation',
    rule: 'a landing is told where it was',
    apply: (scene) => {
      const id = storyOf(scene, (story) => hasLanded(story) && story.plan?.object === null)?.run.id;
      if (id === undefined) return null;
      return lines(scene, (line) =>
        line.type === 'ActionLanded' && line.run === id
          ? [{ ...line, mark: { ...line.mark, generation: line.mark.generation + 1 } }]
          : [line],
      );
    },
  },
  { name: 'a run begins twice', rule: 'a run is told once', apply: twice('ActionBegun') },
  { name: 'a run lands twice', rule: 'a run is told once', apply: twice('ActionLanded') },
  { name: 'a run ends twice', rule: 'a run is told once', apply: twice('RunEnded') },
  {
    name: 'two runs are under way on a workload',
    rule: 'one action a workload at a time',
    apply: (scene) => {
      const begun = storiesOf(scene).stories.filter((story) => story.begun.length > 0);
      const target = begun[0]?.run.target;
      if (target === undefined || begun.length < 2) return null;
      const ids = new Set(begun.map(({ run }) => run.id));
      const moved = runs(scene, (run) => (ids.has(run.id) ? { ...run, target } : run));
      return lines(moved, (line) => (line.type === 'ActionBegun' && ids.has(line.run) ? [{ ...line, at: 1 }] : [line]));
    },
  },
  {
    name: 'a run that was answered is nowhere',
    rule: 'what was answered is recorded',
    apply: (scene) => {
      const [one] = scene.told;
      return one === undefined ? null : { ...scene, told: [...scene.told, { ...one, run: '1-999' }] };
    },
  },
  {
    name: 'a run is still under way at rest',
    rule: 'nothing is stuck',
    apply: (scene) => {
      const story = storyOf(scene, ({ plan }) => plan !== null);
      if (story === undefined || story.plan === null) return null;
      const stand = { is: 'running', plan: story.plan, since: 0, expires: 0 } as const;
      return runs(scene, (run) => (run.id === story.run.id ? { ...run, stand } : run));
    },
  },
  {
    name: 'an effect was given up',
    rule: 'nothing is given up',
    apply: (scene) => {
      const [row, ...rows] = scene.observation.outbox;
      const outbox = row && [{ ...row, outcome: 'given up' }, ...rows];
      return outbox === undefined ? null : { ...scene, observation: { ...scene.observation, outbox } };
    },
  },
  {
    name: 'a card says something else than its run',
    rule: 'the card agrees with the run',
    apply: (scene) => posted(scene, (post) => [{ ...post, text: post.text.replace(/, .*?: /, ', running: ') }]),
  },
  {
    name: 'a card offers what can no longer be pressed',
    rule: 'the card agrees with the run',
    apply: (scene) => {
      const stale = { type: 'actions', elements: [{ action_id: 'vigie.run.approve', value: 'v1:1-1:approve:stale' }] };
      return posted(scene, (post) => [{ ...post, blocks: [...post.blocks, stale] }]);
    },
  },
  { name: 'a run has two cards', rule: 'one card a run', apply: (scene) => posted(scene, (post) => [post, post]) },
  { name: 'a run has no card', rule: 'one card a run', apply: (scene) => posted(scene, () => []) },
];
