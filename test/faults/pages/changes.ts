/** Changes to a scene, of which ways to break one are made. Each is null where the scene has nothing of the kind. */
import type { Line } from '../../../src/incident/event.ts';
import type { Incident } from '../../../src/incident/incident.ts';
import type { OutboxRow } from '../observe.ts';
import { episodesOf } from './episodes.ts';
import type { Called, Episode } from './episodes.ts';
import type { Scene, Theirs } from './scene.ts';

/** The first episode that fits. */
export const episode = (scene: Scene, fits: (story: Episode) => boolean): Episode | undefined =>
  episodesOf(scene).find(fits);

/** The first call that fits, with its episode. */
export function call(
  scene: Scene,
  fits: (called: Called, story: Episode) => boolean,
): { readonly story: Episode; readonly called: Called } | undefined {
  for (const story of episodesOf(scene)) {
    const called = story.calls.find((one) => fits(one, story));
    if (called !== undefined) return { story, called };
  }
  return undefined;
}

/** Whether a row pages for a call. */
export const pagesFor =
  ({ page }: Pick<Called, 'page'>, type?: OutboxRow['effect']['type']) =>
  ({ effect }: OutboxRow): boolean =>
    'page' in effect && effect.page === page && (type === undefined || effect.type === type);

/** Another outbox. */
export const withRows = (scene: Scene, change: (row: OutboxRow) => readonly OutboxRow[]): Scene => ({
  ...scene,
  observation: { ...scene.observation, outbox: scene.observation.outbox.flatMap(change) },
});

/** Another PagerDuty. */
const withTheirs = (scene: Scene, change: (each: Theirs) => readonly Theirs[]): Scene => ({
  ...scene,
  theirs: scene.theirs.flatMap(change),
});

/** Changes the first of PagerDuty's incidents that fits. */
export const theirs =
  (fits: (each: Theirs, story: Episode) => boolean, change: (each: Theirs) => readonly Theirs[]) =>
  (scene: Scene): Scene | null => {
    const found = episodesOf(scene)
      .flatMap((story) => story.theirs.filter((each) => fits(each, story)))
      .at(0);
    return found === undefined ? null : withTheirs(scene, (each) => (each === found ? change(each) : [each]));
  };

/** Changes the timeline of an incident. */
export const withLines = (scene: Scene, number: number, change: (line: Line) => readonly Line[]): Scene => ({
  ...scene,
  observation: {
    ...scene.observation,
    incidents: scene.observation.incidents.map((shown) =>
      shown.incident.number === number
        ? {
            ...shown,
            timeline: shown.timeline.flatMap((entry) => change(entry.line).map((line) => ({ ...entry, line }))),
          }
        : shown,
    ),
  },
});

/** Changes an incident. */
export const withIncident = (scene: Scene, { number }: Incident, change: Partial<Incident>): Scene => ({
  ...scene,
  observation: {
    ...scene.observation,
    incidents: scene.observation.incidents.map((shown) =>
      shown.incident.number === number ? { ...shown, incident: { ...shown.incident, ...change } } : shown,
    ),
  },
});
