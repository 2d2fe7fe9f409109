/** Rules between the keys of escalation: levels that can be climbed, pages that reach somebody, and who pays for which feature. */
import { weekdays } from '../../escalation/policy.ts';
import { complain, remedyFor } from '../complain.ts';
import type { Complaint } from '../fault.ts';
import { quote, ValueFault } from '../fault.ts';
import { isMapping, itemsAt, keysAt, textsAt, valueAt } from '../tree.ts';
import { reaching } from './reaching.ts';
import { readBeginning, readStart, readTime } from './values.ts';

type Path = Complaint['path'];

/** Every rule between the keys of escalation that the file breaks. */
export function checkEscalation(root: unknown): readonly Complaint[] {
  return [...keysAt(root, ['policies']).flatMap((name) => policy(root, ['policies', name])), ...reaching(root)];
}

const policy = (root: unknown, path: Path): readonly Complaint[] => [
  ...levels(root, path),
  ...repeat(root, path),
  ...quiet(root, path),
  ...itemsAt(root, [...path, 'fallback']).flatMap((at) => oneOf(root, at, ['pagerduty', 'slack', 'webhook'])),
];

/** What a reader makes of the text at a path; null when there is none, or it is malformed. */
function readAt<T>(root: unknown, path: Path, reader: (text: string) => T): T | null {
  const text = valueAt(root, path);
  if (typeof text !== 'string') return null;
  try {
    return reader(text);
  } catch (error) {
    if (error instanceof ValueFault) return null;
    throw error;
  }
}

function levels(root: unknown, path: Path): readonly Complaint[] {
  const places = itemsAt(root, [...path, 'levels']);
  const seen = new Set<unknown>();
  return places.flatMap((at, index) => {
    const found: Complaint[] = [];
    const id = valueAt(root, [...at, 'id']);
    if (typeof id === 'string' && seen.has(id)) {
      const remedy = 'give each level its own id';
      found.push(complain([...at, 'id'], `there is a level ${quote(id)} already`, remedy));
    }
    seen.add(id);
    const [time, before] = [at, places[index - 1] ?? []].map((of) => readAt(root, [...of, 'at'], readStart));
    if (index > 0 && typeof time === 'number' && typeof before === 'number' && time <= before) {
      const problem = `this level is not later than the one before it (${quote(valueAt(root, [...(places[index - 1] ?? []), 'at']))})`;
      found.push(complain([...at, 'at'], problem, 'write levels in the order of their times'));
    }
    const deeds = itemsAt(root, [...at, 'do']);
    found.push(...deeds.flatMap((deed) => oneOf(root, deed, ['slack', 'automation', 'pagerduty'])));
    return [...found, ...leaving(root, at, deeds, index === places.length - 1)];
  });
}

/** Automation is what a level can be left early for; without the key, nothing would wait for it. */
function leaving(root: unknown, at: Path, deeds: readonly Path[], last: boolean): readonly Complaint[] {
  const leaves = valueAt(root, [...at, 'leave_early']) !== undefined;
  const automates = deeds.some((deed) => keysAt(root, deed).includes('automation'));
  if (!leaves) return [];
  if (last) {
    const remedy = 'remove it, or add a level that pages somebody';
    return [complain([...at, 'leave_early'], 'there is no level after this one', remedy, 'key')];
  }
  if (automates) return [];
  const remedy = 'remove it, or add `automation: {}` to what the level does';
  return [complain([...at, 'leave_early'], 'this level has no automation that could fail', remedy, 'key')];
}

/** An item of a list stands for one thing: two keys would hide their order. */
function oneOf(root: unknown, path: Path, known: readonly string[]): readonly Complaint[] {
  if (!isMapping(valueAt(root, path))) return [];
  const keys = keysAt(root, path).filter((key) => known.includes(key));
  if (keys.length === 0) {
    return keysAt(root, path).length > 0
      ? []
      : [complain(path, 'there is nothing in this item', 'write what is to be done, or remove it')];
  }
  if (keys.length === 1) return [];
  const [, second = ''] = keys;
  return [complain([...path, second], 'one item holds two things', 'write each as an item of its own', 'key')];
}

function repeat(root: unknown, path: Path): readonly Complaint[] {
  const at = [...path, 'repeat', 'from'];
  const from = valueAt(root, at);
  if (typeof from !== 'string' || from === '') return [];
  const known = itemsAt(root, [...path, 'levels']).flatMap((level) => {
    const id = valueAt(root, [...level, 'id']);
    return typeof id === 'string' ? [id] : [];
  });
  if (known.includes(from)) return [];
  const remedy = remedyFor(from, known, 'write the id of a level of this policy');
  return [complain(at, `there is no level ${quote(from)} in this policy`, remedy)];
}

/** A quiet time has a length, and quiet times together leave some time in which people are called. */
function quiet(root: unknown, path: Path): readonly Complaint[] {
  const places = itemsAt(root, [...path, 'quiet']);
  const empty = places.filter((at) => minutesOf(root, at)?.length === 0);
  const remedy = 'for a whole day write `from: "00:00"` and `to: "24:00"`';
  const severities = new Set(places.flatMap((at) => textsAt(root, [...at, 'severities'])));
  severities.delete('critical');
  const all = [...severities].filter((severity) => {
    const those = places.filter((at) => textsAt(root, [...at, 'severities']).includes(severity));
    return new Set(those.flatMap((at) => minutesOf(root, at) ?? [])).size === week;
  });
  return [
    ...empty.map((at) => complain([...at, 'to'], 'it ends when it begins', remedy)),
    ...all.map((severity) => {
      const problem = `all of the week is quiet for ${quote(severity)}, so nobody is ever called`;
      const instead = 'leave some time, or give it a policy that calls nobody';
      return complain([...path, 'quiet'], problem, instead, 'key');
    }),
  ];
}

const week = 7 * 1_440;

/** The minutes of the week in which a quiet time lies; null when it is malformed. */
function minutesOf(root: unknown, at: Path): readonly number[] | null {
  const from = readAt(root, [...at, 'from'], readBeginning);
  const to = readAt(root, [...at, 'to'], readTime);
  if (from === null || to === null) return null;
  const length = from === to ? 0 : to > from ? to - from : to + 1_440 - from;
  const days = weekdays.flatMap((day, index) => (textsAt(root, [...at, 'days']).includes(day) ? [index] : []));
  return days.flatMap((day) => Array.from({ length }, (_, passed) => (day * 1_440 + from + passed) % week));
}
