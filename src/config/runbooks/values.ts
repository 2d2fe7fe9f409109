/** Readers of the single values of a runbook: each takes what stands in the file and answers, or throws a `ValueFault`. */
import type { Duration } from '../../incident/incident.ts';
import type { Action, Comparison } from '../../runbook/runbook.ts';
import { readDuration } from '../duration.ts';
import { quote, ValueFault } from '../fault.ts';
import { readWhole } from '../values.ts';
import { checkReferences } from './template.ts';

/** Whether a text can be the id of a runbook, or of a step. */
export const isRunbookId = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);

/** The id of a runbook. */
export function readRunbookId(text: string): string {
  if (isRunbookId(text)) return text;
  throw new ValueFault(`${quote(text)} can't be an id`, 'use lower-case letters, digits and `-`, at most 63');
}

/** Where `next` and `on_failure` lead when they don't name a step. */
export const ways = { next: ['end'], onFailure: ['next', 'escalate', 'stop'] } as const;

/** The id of a step. */
export function readStepId(text: string): string {
  const reserved: readonly string[] = [...ways.next, ...ways.onFailure];
  if (!reserved.includes(text)) return readRunbookId(text);
  throw new ValueFault(`${quote(text)} can't be the id of a step: it has a meaning of its own`, 'choose another one');
}

/** A reader of durations from `least` to `most`. */
export function readSpan(least: string, most: string): (text: string) => Duration {
  return (text) => {
    const duration = readDuration(text);
    if (duration < readDuration(least)) {
      throw new ValueFault(`${quote(text)} is too short`, `write at least \`${least}\``);
    }
    if (duration > readDuration(most)) throw new ValueFault(`${quote(text)} is too long`, `write at most \`${most}\``);
    return duration;
  };
}

/** `true` or `false`. */
export function readFlag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new ValueFault('this is neither `true` nor `false`', 'write `true` or `false`, without quotes');
}

/** One HTTP status or several. */
export function readStatuses(value: unknown): readonly number[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new ValueFault('the list is empty', 'write at least one status: `[200, 204]`');
  return values.map((status) => {
    if (typeof status !== 'number') throw new ValueFault('this is not an HTTP status', 'write `200` or `[200, 204]`');
    return readWhole(100, 599)(status);
  });
}

/** Which revision a rollback goes to. */
export function readRevision(value: unknown): Extract<Action, { type: 'rollback' }>['to'] {
  if (value === 'previous') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  throw new ValueFault('this is not a revision', 'write `previous`, or the number of a revision');
}

/** A sign and a number, `< 0.01`. */
export function readComparison(text: string): Comparison {
  const [, sign = '', number = ''] =
    /^\s*([<>=!]{1,2})\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$/.exec(text) ?? [];
  const value = Number(number);
  const known = signs.find((candidate) => candidate === sign);
  if (known !== undefined && Number.isFinite(value)) return { sign: known, value };
  const remedy = "write `<`, `<=`, `>`, `>=`, `==` or `!=` and a number: `'< 0.01'`";
  throw new ValueFault(`${quote(text)} is not a comparison`, remedy);
}

const signs = ['<', '<=', '>', '>=', '==', '!='] as const satisfies readonly Comparison['sign'][];

/** The workload that a step looks at or changes: only the service that the incident belongs to chooses it. */
export function readTarget(text: string): string {
  checkReferences(text, ['service']);
  if (/^\{\{\s*service\.target\s*\}\}$/.test(text)) return text;
  const problem = `${quote(text)} is not a target`;
  throw new ValueFault(problem, 'write `{{service.target}}`; vigie.yaml says what that is for each service');
}

/** An address whose host a label can't choose. */
export function readUrl(text: string): string {
  checkReferences(text, ['service']);
  const example = text.replace(/^\{\{\s*service\.health_url\s*\}\}/, 'https://x.example').replace(/\{\{.*?\}\}/gs, 'x');
  const url = URL.canParse(example) ? new URL(example) : null;
  if (url === null || !/^https?:\/\//i.test(example)) {
    const remedy = 'write `{{service.health_url}}`, or an address that begins with `https://`';
    throw new ValueFault(`${quote(text)} is not an address of HTTP`, remedy);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ValueFault('the address holds a user or a password', 'remove it: runbooks are read by everybody');
  }
  return text;
}

/** A level of the incident's policy. */
export function readLevel(text: string): string {
  if (/^[A-Za-z][\w.-]{0,62}$/.test(text)) return text;
  throw new ValueFault(`${quote(text)} is not a level`, "write `next`, or the id of a level of the incident's policy");
}

/** A runbook's steps; more of them than this are several runbooks. */
export const mostSteps = 100;

/** The steps of a runbook: some, and not too many. */
export function readSteps<T>(steps: readonly T[]): readonly T[] {
  if (steps.length === 0) throw new ValueFault('there are no steps', 'write at least one: `- {id: …, title: …, …}`');
  if (steps.length <= mostSteps) return steps;
  throw new ValueFault(
    `there are ${steps.length} steps`,
    `write at most ${mostSteps}, and continue in another runbook: \`runbook: …\``,
  );
}

/** The answers of a decision: a choice, that fits the card. */
export function readOptions<T>(options: readonly T[]): readonly T[] {
  if (options.length >= 2 && options.length <= 10) return options;
  throw new ValueFault(`the number of options is ${options.length}`, 'write from 2 to 10');
}
