/** Reads what was typed about actions on workloads. Pure; what can't be read becomes a question for help. */
import type { Order, Verb } from '../../action/action.ts';
import type { Duration } from '../../incident/incident.ts';
import { durationOf, named, runNamed, split } from './reading.ts';
import type { Named } from './reading.ts';

/** What somebody asks for about actions. A null incident is that of the channel. */
export type RunAsked =
  | { readonly is: 'do'; readonly incident: Named | null; readonly order: Order; readonly place: string | null }
  | { readonly is: 'diagnose'; readonly incident: Named | null; readonly place: string | null }
  /** Something is missing: a form asks for it. */
  | {
      readonly is: 'do-form';
      readonly incident: Named | null;
      readonly verb: Verb | null;
      readonly place: string | null;
    }
  /** What waits for a yes, shown with its plan and buttons. */
  | { readonly is: 'waiting'; readonly incident: Named | null }
  | { readonly is: 'approve' | 'cancel' | 'revert'; readonly run: string }
  | { readonly is: 'keep'; readonly run: string; readonly for: Duration; readonly why: string };

/** The verbs as they are typed. */
const typedVerbs: Readonly<Record<string, Verb>> = {
  restart: 'restart',
  scale: 'scale',
  rollback: 'rollback',
  pause: 'pause',
  resume: 'resume',
  'delete-pod': 'delete-pod',
  bounds: 'set-autoscaler-bounds',
};

/** `do [#n] <verb> [service] [args]`; null when it can't be read. */
export function aboutDoing(rest: string): RunAsked | null {
  const { first, after } = split(rest);
  const marked = named(first);
  if (marked?.marked === true) return doing(after, marked);
  return doing(rest, null);
}

function doing(text: string, incident: Named | null): RunAsked | null {
  const [word = '', ...given] = text.split(/\s+/u).filter((each) => each !== '');
  if (word === '') return { is: 'do-form', incident, verb: null, place: null };
  if (word.toLowerCase() === 'diagnose')
    return given.length > 1 ? null : { is: 'diagnose', incident, place: place(given) };
  const verb = Object.hasOwn(typedVerbs, word.toLowerCase()) ? typedVerbs[word.toLowerCase()] : undefined;
  if (verb === undefined || given.length > 2) return null;
  const last = given.at(-1) ?? '';
  const order = orderOf(verb, last);
  // The last word is what the verb takes, if it can be that; before it stands the service.
  if (order !== null && last !== '' && takes(verb))
    return { is: 'do', incident, order, place: place(given.slice(0, -1)) };
  if (given.length > 1) return null;
  const bare = orderOf(verb, '');
  return bare === null
    ? { is: 'do-form', incident, verb, place: place(given) }
    : { is: 'do', incident, order: bare, place: place(given) };
}

const place = ([first]: readonly string[]): string | null => first ?? null;

const takes = (verb: Verb): boolean => verb !== 'restart' && verb !== 'pause' && verb !== 'resume';

/** The order of a verb and what was typed for it; null when it needs something else. */
export function orderOf(verb: Verb, given: string): Order | null {
  switch (verb) {
    case 'restart':
    case 'pause':
    case 'resume':
      return { verb };
    case 'scale':
      // Whatever is a number: the rule book says what is wrong with it.
      return /^[-+]?\d{1,15}(?:[.,]\d{1,6})?$/u.test(given) ? { verb, to: Number(given.replace(',', '.')) } : null;
    case 'rollback':
      if (given === '' || given.toLowerCase() === 'previous') return { verb, to: 'previous' };
      return /^\d{1,9}$/u.test(given) ? { verb, to: Number(given) } : null;
    case 'delete-pod':
      return /^[a-z0-9][-.a-z0-9]{0,252}$/u.test(given) ? { verb, pod: given } : null;
    case 'set-autoscaler-bounds': {
      const [, min = '', max = ''] = /^(\d{0,6})-(\d{0,6})$/u.exec(given) ?? [];
      if (min === '' && max === '') return null;
      return { verb, min: min === '' ? null : Number(min), max: max === '' ? null : Number(max) };
    }
  }
}

/** `approve`, `approve 12`, `approve 12-1`. */
export function aboutApproving(rest: string): RunAsked | null {
  const run = runNamed(rest);
  if (run !== null) return { is: 'approve', run };
  const incident = named(rest);
  return rest === '' || incident !== null ? { is: 'waiting', incident } : null;
}

/** `cancel 12-1`, `revert 12-1`. */
export function aboutRun(is: 'cancel' | 'revert', rest: string): RunAsked | null {
  const run = runNamed(rest);
  return run === null ? null : { is, run };
}

/** `keep 12-1 3d the traffic stays`. */
export function aboutKeeping(rest: string): RunAsked | null {
  const { first, after } = split(rest);
  const { first: length, after: why } = split(after);
  const run = runNamed(first);
  const duration = durationOf(length);
  return run === null || duration === null || why === '' ? null : { is: 'keep', run, for: duration, why };
}
