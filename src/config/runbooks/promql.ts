/** PromQL as far as a file can be wrong about it: its quotes and brackets, and where references stand. */
import { ValueFault } from '../fault.ts';
import { checkReferences, everywhere } from './template.ts';

/** One word of a query. */
interface Token {
  readonly text: string;
  readonly at: number;
  /** The bracket that is open around it; empty outside of all. */
  readonly inside: string;
}

const closers: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/**
 * The words of PromQL (https://prometheus.io/docs/prometheus/latest/querying/basics/): strings in three kinds of quotes,
 * of which only backticks span lines; comments; names; the operators of matchers; anything else a character at a time.
 */
const word = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`|#[^\n]*|\{\{[^{}]*\}\}|[\w:.]+|=~|!~|!=|==|[^]/y;

/**
 * A query whose references can only be values. Each stands for a whole value, in double quotes, of a matcher with `=` or
 * `!=`: there its escaped value can't become anything else. Throws a `ValueFault` whose `offset` says where in `text`.
 */
export function readQuery(text: string): string {
  if (text.trim() === '') throw new ValueFault('the query is empty', 'write a PromQL query');
  checkReferences(text, everywhere);
  const tokens = tokensOf(text);
  for (const [index, { text: part, at }] of tokens.entries()) {
    const offset = at + part.indexOf('{{');
    if (part.includes('{{') && !isWholeValue(tokens, index)) {
      const remedy = 'write it as a whole value in double quotes: `label="{{labels.…}}"`, with `=` or `!=`';
      throw new ValueFault('in PromQL a reference can only be the value of a matcher', remedy, { offset });
    }
  }
  return text;
}

function isWholeValue(tokens: readonly Token[], index: number): boolean {
  const [label, sign, value, after] = [index - 2, index - 1, index, index + 1].map((place) => tokens[place]);
  return (
    value?.inside === '{' &&
    /^"\{\{[^{}"\\]*\}\}"$/.test(value.text) &&
    (sign?.text === '=' || sign?.text === '!=') &&
    /^(?:[a-zA-Z_]\w*|"[^]*"|'[^]*')$/.test(label?.text ?? '') &&
    (after?.text === ',' || after?.text === '}')
  );
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const open: { readonly bracket: string; readonly at: number }[] = [];
  word.lastIndex = 0;
  for (let at = 0; at < text.length; at = word.lastIndex) {
    const part = word.exec(text)?.[0] ?? '';
    if (part === '"' || part === "'" || part === '`') {
      throw new ValueFault(`\`${part}\` is never closed in the query`, `close it with \`${part}\``, { offset: at });
    }
    if (closers.has(part)) open.push({ bracket: part, at });
    if (part.trim() !== '' && (!part.startsWith('#') || part.includes('{{'))) {
      tokens.push({ text: part, at, inside: open.at(-1)?.bracket ?? '' });
    }
    if (part === ')' || part === ']' || part === '}') close(open.pop()?.bracket, part, at);
  }
  const last = open.at(-1);
  if (last === undefined) return tokens;
  const problem = `\`${last.bracket}\` is never closed in the query`;
  throw new ValueFault(problem, `close it with \`${closers.get(last.bracket)}\``, { offset: last.at });
}

function close(bracket: string | undefined, part: string, offset: number): void {
  if (bracket === undefined) {
    throw new ValueFault(`\`${part}\` closes nothing in the query`, 'remove it, or open the bracket', { offset });
  }
  if (closers.get(bracket) === part) return;
  const problem = `\`${part}\` closes \`${bracket}\` in the query`;
  throw new ValueFault(problem, `close it with \`${closers.get(bracket)}\``, { offset });
}
