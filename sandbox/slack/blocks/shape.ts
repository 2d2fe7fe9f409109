/** Small rules for JSON shapes that complain in Slack's words, each with a JSON pointer. */

import { isObject } from '../../json.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** One complaint: Slack writes them as `message [json-pointer:/blocks/0/text]`. */
export type Issue = { readonly message: string; readonly pointer: string };

/** Takes complaints. */
export type Report = (message: string, pointer: string) => void;

/** Looks at one value at one pointer and reports what is wrong with it. */
export type Rule = (value: unknown, at: string, report: Report) => void;

/** A field of an object: a rule, or `opt(rule)` when the field may be left out. */
export type Field = Rule | { readonly optional: Rule };

/** Marks a field that may be left out. */
export const opt = (rule: Rule): Field => ({ optional: rule });

/** Text of `min` to `max` characters. */
export function chars(min: number, max: number): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string') return report('must provide a string', at);
    const length = [...value].length;
    if (length < min) report(`must be more than ${min - 1} characters`, at);
    if (length > max) report(`must be less than ${max + 1} characters`, at);
  };
}

/** True or false. */
export const boolean: Rule = (value, at, report) => {
  if (typeof value !== 'boolean') report('must provide a boolean', at);
};

/** A whole number in a range. */
export function integer(min: number, max: number): Rule {
  return (value, at, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return report('must provide an integer', at);
    if (value < min) report(`must be more than ${min - 1}`, at);
    if (value > max) report(`must be less than ${max + 1}`, at);
  };
}

/** Any number. */
export const number: Rule = (value, at, report) => {
  if (typeof value !== 'number') report('must provide a number', at);
};

/** One of the given words. */
export function oneOf(...words: readonly string[]): Rule {
  return (value, at, report) => {
    if (typeof value !== 'string' || !words.includes(value)) report(`must be one of: ${words.join(', ')}`, at);
  };
}

/** A list of `min` to `max` items, each checked. Past the limit the items are not looked at. */
export function list(item: Rule, min: number, max: number): Rule {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report('must provide an array', at);
    if (value.length < min) report(`must provide at least ${min} items`, at);
    if (value.length > max) return report(`no more than ${max} items allowed`, at);
    for (const [index, each] of value.entries()) item(each, `${at}/${index}`, report);
  };
}

/** An object with exactly these fields: required ones present, no others. `type` is checked by `byType`. */
export function object(fields: { readonly [name: string]: Field }): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report('must provide an object', at);
    for (const name of Object.keys(value)) {
      if (!(name in fields) && name !== 'type') report(`invalid additional property: ${name}`, at);
    }
    for (const [name, field] of Object.entries(fields)) {
      const there = value[name] !== undefined && value[name] !== null;
      if (typeof field === 'function') {
        if (there) field(value[name], `${at}/${name}`, report);
        else report(`missing required field: ${name}`, at);
      } else if (there) field.optional(value[name], `${at}/${name}`, report);
    }
  };
}

/** An object whose `type` picks the rule. `noun` is what Slack calls a type it does not take here. */
export function byType(rules: { readonly [type: string]: Rule }, noun = 'type'): Rule {
  return (value, at, report) => {
    if (!isObject(value)) return report('must provide an object', at);
    const type = value['type'];
    if (type === undefined) return report('missing required field: type', at);
    const rule = typeof type === 'string' && Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (rule) rule(value, at, report);
    else
      report(
        `unsupported ${noun}: ${typeof type === 'string' ? type : JSON.stringify(type)}`,
        noun === 'type' ? `${at}/type` : at,
      );
  };
}

/** A rule whose complaints Slack introduces with a line of its own, because the value could have been of several types. */
export function alternatives(rule: Rule): Rule {
  return (value, at, report) => {
    const issues: Issue[] = [];
    rule(value, at, (message, pointer) => issues.push({ message, pointer }));
    if (issues.length > 0) report('failed to match all allowed schemas', at);
    for (const issue of issues) report(issue.message, issue.pointer);
  };
}

/** Several rules on one value. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, at, report) => {
    for (const rule of rules) rule(value, at, report);
  };
}
