/** The marker: one annotation that says which action was done last. It is written with the action, so it proves that it was. */
import { createHash } from 'node:crypto';
import type { Plan, Verb } from '../action/action.ts';
import type { Instant } from '../incident/incident.ts';
import { isObject, type Json, parseJson, text, texts } from './json.ts';
import { fieldManager, marker } from './names.ts';
import { line } from './words.ts';

/** Who signs a write: a run, in the name of a person. */
export interface Sign {
  readonly run: string;
  readonly by: string;
}

/**
 * What a marker says. `from` and `to` are replicas, or the beginnings of template hashes. A rollback that takes an earlier
 * one back has no `from`: "previous" passes over what was rolled back from, and a version that was never bad must stay one.
 */
export interface Marked {
  readonly id: string;
  readonly verb: string;
  readonly at: Instant;
  readonly by: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** So much of a template hash is enough to tell the revisions of a workload apart. */
const hashLength = 16;

/** The beginning of a template hash, as a marker has it. */
export const shortHash = (hash: string): string => hash.slice(0, hashLength);

/**
 * The id that a run leaves in the cluster. A run's name alone is not enough: a cluster may remember the runs of another
 * Vigie, or of a database that was lost.
 */
export function idOfRun(run: string, { at, digest }: Plan): string {
  const whole = createHash('sha256').update(`${run} ${at} ${digest}`).digest('hex');
  return `${run}.${whole.slice(0, 12)}`;
}

/** The id that makes a write that is still under way impossible. */
export const cancelled = (id: string): string => `cancelled:${id}`;

/** The annotation's text. The same on every attempt: nothing in it comes from the clock. */
export function printMarker(plan: Plan, { by, run }: Sign): string {
  const marked: Marked = {
    id: idOfRun(run, plan),
    verb: plan.order.verb,
    at: plan.at,
    by: line(by, 80),
    ...between(plan),
  };
  return JSON.stringify({ ...marked, at: new Date(marked.at).toISOString() });
}

function between({ order, pinned, replicas, templateHash }: Plan): Pick<Marked, 'from' | 'to'> {
  switch (order.verb) {
    case 'scale':
      return { from: String(replicas), to: String(order.to) };
    case 'rollback':
      return {
        from: pinned?.returns === true ? null : shortHash(templateHash),
        to: pinned === null ? null : shortHash(pinned.templateHash),
      };
    default:
      return { from: null, to: null };
  }
}

/** Reads an object's marker; null when it has none that can be read. */
export function readMarker(object: Json): Marked | null {
  const written = texts(object, 'metadata', 'annotations')[marker];
  if (written === undefined || written.length > 2_000) return null;
  try {
    const parsed = parseJson(written);
    const at = Date.parse(text(parsed, 'at'));
    if (!isObject(parsed) || text(parsed, 'id') === '' || Number.isNaN(at)) return null;
    const maybe = (key: string): string | null => text(parsed, key) || null;
    return {
      id: text(parsed, 'id'),
      verb: text(parsed, 'verb'),
      at,
      by: line(text(parsed, 'by'), 80),
      from: maybe('from'),
      to: maybe('to'),
    };
  } catch {
    return null;
  }
}

/** A verb in the past, for sentences about what was done. */
export function pastOf(verb: string): string {
  const known: Readonly<Record<Verb, string>> = {
    restart: 'restarted it',
    scale: 'scaled it',
    rollback: 'rolled it back',
    pause: 'paused it',
    resume: 'resumed it',
    'delete-pod': 'deleted one of its pods',
    'set-autoscaler-bounds': 'changed its autoscaler',
  };
  return Object.entries(known).find(([name]) => name === verb)?.[1] ?? 'changed it';
}

/** The parameters of every write. */
export const signature = { fieldManager, fieldValidation: 'Strict' } as const;
