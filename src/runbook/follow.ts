/** What the walk does when the action of its step has ended. */
import { change } from '../incident/draft.ts';
import type { Draft } from '../incident/draft.ts';
import type { Facts } from '../incident/facts.ts';
import type { Follow } from '../action/runs.ts';
import { fail, placeOf, stand, standingOf } from './advance.ts';
import { succeed } from './prove.ts';

/** Goes on with the step that a run served; runs that nobody's step asked for lead nowhere. */
export const followRun =
  (facts: Facts): Follow =>
  (draft, run, { outcome, at, says }): Draft => {
    const standing = standingOf(draft.incident.walk);
    if (standing === null || run.visit !== standing.cursor.visit) return draft;
    const { is } = standing.cursor.stand;
    // A rollout that had failed is watched again when the pod is gone that kept it waiting.
    if (is !== 'running' && !(is === 'failed' && outcome === 'succeeded')) return draft;
    const said = { at, by: run.by, says };
    if (outcome === 'succeeded') return succeed(draft, standing, said, facts);
    if (outcome === 'failed') return fail(draft, standing, said, facts);
    // It was not done, or nobody knows: what stands below is for a deed that failed, so a person decides first.
    const halted = stand(draft, standing, { is: 'failed', by: run.by, says });
    return change(halted, {}, { type: 'StepFailed', by: run.by, says, ...placeOf(draft, standing, at) });
  };
