/** Changes to a scene, of which ways to break one are made. */
import type { RunLine } from '../../../src/action/events.ts';
import type { Run } from '../../../src/action/run.ts';
import type { JsonObject } from '../../../src/kubernetes/json.ts';
import type { Write } from './door.ts';
import { storiesOf } from './scene.ts';
import type { Scene, Story } from './scene.ts';

/** The first story that fits. */
export const storyOf = (scene: Scene, fits: (story: Story) => boolean): Story | undefined =>
  storiesOf(scene).stories.find(fits);

/** Landed, and told. */
export const hasLanded = ({ landed, marks }: Story): boolean => landed.length > 0 && marks.length > 0;

/** Puts other writes in the place of those that there were. */
export const withWrites = (scene: Scene, writes: readonly Write[]): Scene => ({
  ...scene,
  audit: { ...scene.audit, writes: [...writes] },
});

/** Changes the landed write of a story. */
export const landing = (fits: (story: Story) => boolean, change: (write: Write) => readonly Write[]) => {
  return (scene: Scene): Scene | null => {
    const write = storyOf(scene, (story) => hasLanded(story) && fits(story))?.landed[0];
    return write === undefined
      ? null
      : withWrites(
          scene,
          scene.audit.writes.flatMap((each) => (each === write ? change(each) : [each])),
        );
  };
};

/** Changes the object that a write left. */
export const answered = (write: Write, change: (after: JsonObject) => JsonObject): readonly Write[] =>
  write.answer === null ? [write] : [{ ...write, answer: { ...write.answer, object: change(write.answer.object) } }];

/** Changes the lines about runs that fit, in all timelines. */
export function lines(scene: Scene, change: (line: RunLine) => readonly RunLine[]): Scene {
  const incidents = scene.observation.incidents.map((shown) => ({
    ...shown,
    timeline: shown.timeline.flatMap((entry) =>
      'run' in entry.line ? change(entry.line).map((line) => ({ ...entry, line })) : [entry],
    ),
  }));
  return { ...scene, observation: { ...scene.observation, incidents } };
}

/** Repeats the first line of a kind. */
export const twice =
  (type: RunLine['type']) =>
  (scene: Scene): Scene | null => {
    let done = false;
    const changed = lines(scene, (line) => {
      if (done || line.type !== type) return [line];
      done = true;
      return [line, line];
    });
    return done ? changed : null;
  };

/** Changes a run's state. */
export function runs(scene: Scene, change: (run: Run) => Run): Scene {
  const incidents = scene.observation.incidents.map((shown) => {
    const changed = Object.entries(shown.incident.runs).map(([id, run]) => [id, change(run)] as const);
    return { ...shown, incident: { ...shown.incident, runs: Object.fromEntries(changed) } };
  });
  return { ...scene, observation: { ...scene.observation, incidents } };
}

/** Changes the first card of a run. */
export const posted = (
  scene: Scene,
  change: (post: Scene['observation']['slack']['posted'][number]) => readonly (typeof post)[],
): Scene | null => {
  const { slack } = scene.observation;
  const isCard = ({ metadata }: { readonly metadata: unknown }): boolean =>
    JSON.stringify(metadata ?? null).includes('slack.action:');
  const index = slack.posted.findIndex(isCard);
  const all = slack.posted.flatMap((post, nth) => (nth === index ? change(post) : [post]));
  return index < 0 ? null : { ...scene, observation: { ...scene.observation, slack: { ...slack, posted: all } } };
};
