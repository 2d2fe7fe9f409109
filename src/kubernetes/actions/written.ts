/** What the recipes have in common: a merge patch with the marker and the resource version in it, and comparing the plan. */
import type { Plan } from '../../action/action.ts';
import { dig, type JsonObject, object, text } from '../json.ts';
import { printMarker } from '../marker.ts';
import { marker, workloadPath } from '../names.ts';
import { type Draft, type Fit, type Material, type Recipe, type Write } from '../recipe.ts';
import { hashOf } from '../template.ts';

/** A draft that says nothing yet. */
export const emptyDraft = (subject: JsonObject): Draft => ({
  pinned: null,
  object: null,
  inverse: null,
  notes: [],
  warnings: [],
  fields: [],
  subject,
  rolls: false,
  morePods: 0,
});

/** The parts of a recipe that writes the workload itself and needs no template. */
export const onWorkload: Pick<Recipe, 'path' | 'uid' | 'absent' | 'template' | 'trace'> = {
  path: (_plan, target) => workloadPath(target),
  uid: ({ uid }) => uid,
  absent: (_plan, replaced) => ({
    drifted: replaced ? 'it was deleted and made again since the plan was made' : 'it was deleted',
  }),
  template: async () => null,
  trace: async () => false,
};

/** A merge patch of the object at `path`. The resource version in it lets it land only on what was looked at. */
export function mergeWrite(path: string, { plan, sign, subject }: Material, spec: JsonObject): Write {
  const metadata = {
    resourceVersion: text(subject, 'metadata', 'resourceVersion'),
    annotations: { [marker]: printMarker(plan, sign) },
  };
  return { path, patch: { type: 'merge', body: { metadata, spec } } };
}

/** Whether the workload has the template that the plan was made for. */
export const fitsTemplate = ({ templateHash }: Plan, workload: JsonObject): Fit =>
  hashOf(object(workload, 'spec', 'template')) === templateHash
    ? 'fits'
    : { drifted: 'another version was deployed since the plan was made' };

/** Whether it is paused. */
export const isPaused = (workload: JsonObject): boolean => dig(workload, 'spec', 'paused') === true;
