/** Small rules for the shape of JSON. What is found has a path and a flaw; each API has its own words for them. */

import { isObject } from '../../../json.ts';

/** What can be wrong with a value. An `unknown` field is ignored by PagerDuty, and no correct app sends it. */
export type Flaw =
  | { readonly is: 'missing' | 'unknown' }
  | { readonly is: 'type'; readonly wanted: string }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'long'; readonly most: number; readonly of: 'characters' | 'items' }
  | { readonly is: 'length'; readonly exactly: number };

/** A flaw and where it is: `payload.links.0.href`. */
export type Found = { readonly path: string; readonly flaw: Flaw };

/** Takes what is found. */
export type Report = (path: string, flaw: Flaw) => void;

/** Looks at one value and reports what is wrong with it. */
export type Rule = (value: unknown, path: string, report: Report) => void;

/** A field of an object: a rule, or `opt(rule)` when the field may be left out or null. */
export type Field = Rule | { readonly optional: Rule };

/** Marks a field that may be left out. */
export const opt = (rule: Rule): Field => ({ optional: rule });

/** Anything at all. */
export const anything: Rule = () => undefined;

/** Text with at least one character that is no space, and at most so many characters. */
export function text(most = Infinity): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string') return report(path, { is: 'type', wanted: 'string' });
    if (value.trim() === '') return report(path, { is: 'missing' });
    if ([...value].length > most) report(path, { is: 'long', most, of: 'characters' });
  };
}

/** Text of exactly so many characters. */
export function exactly(length: number): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string') return report(path, { is: 'type', wanted: 'string' });
    if (value === '') return report(path, { is: 'missing' });
    if ([...value].length !== length) report(path, { is: 'length', exactly: length });
  };
}

/** Text that matches; `wanted` says what it should be. */
function matching(pattern: RegExp, wanted: string): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) report(path, { is: 'type', wanted });
  };
}

/** A web address. */
export const url = matching(/^https?:\/\/[^\s/]+\S*$/, 'URL');

/** A web address that is encrypted. */
export const secureUrl = matching(/^https:\/\/[^\s/]+\S*$/, 'URL that is served via HTTPS');

/** A time in ISO 8601. */
export const dateTime = matching(
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/,
  'timestamp in ISO 8601',
);

/** A whole number from 1. */
export const counting: Rule = (value, path, report) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    report(path, { is: 'type', wanted: 'number' });
};

/** True or false. */
export const boolean: Rule = (value, path, report) => {
  if (typeof value !== 'boolean') report(path, { is: 'type', wanted: 'boolean' });
};

/** Any object. */
export const anyObject: Rule = (value, path, report) => {
  if (!isObject(value)) report(path, { is: 'type', wanted: 'object' });
};

/** One of the given words. */
export function oneOf(...words: readonly string[]): Rule {
  return (value, path, report) => {
    if (value === '') return report(path, { is: 'missing' });
    if (typeof value !== 'string' || !words.includes(value)) report(path, { is: 'choice', of: words });
  };
}

/** A list of at most so many items, each checked. */
export function list(item: Rule, most = Infinity): Rule {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report(path, { is: 'type', wanted: 'array' });
    if (value.length > most) return report(path, { is: 'long', most, of: 'items' });
    for (const [index, each] of value.entries()) item(each, `${path}.${index}`, report);
  };
}

/** An object with these fields: required ones present; others are ignored, which is a flaw all the same. */
export function object(fields: { readonly [name: string]: Field }): Rule {
  return (value, path, report) => {
    if (!isObject(value)) return report(path, { is: 'type', wanted: 'object' });
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) report(at(name), { is: 'unknown' });
    }
    for (const [name, field] of Object.entries(fields)) {
      const there = value[name] !== undefined && value[name] !== null;
      if (typeof field !== 'function') {
        if (there) field.optional(value[name], at(name), report);
      } else if (there) field(value[name], at(name), report);
      else report(at(name), { is: 'missing' });
    }
  };
}

/** Looks at a whole body: what it is refused for, and what is ignored. */
export function inspect(
  rule: Rule,
  value: unknown,
): { readonly wrong: readonly Found[]; readonly ignored: readonly string[] } {
  const found: Found[] = [];
  rule(value, '', (path, flaw) => void found.push({ path, flaw }));
  return {
    wrong: found.filter(({ flaw }) => flaw.is !== 'unknown'),
    ignored: found.filter(({ flaw }) => flaw.is === 'unknown').map(({ path }) => path),
  };
}
