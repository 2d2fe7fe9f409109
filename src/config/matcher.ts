/** Label matchers in Alertmanager's syntax: `severity=~"high|critical"`. */
import { RE2JS, RE2JSException } from 're2js';
import type { Matcher } from '../incident/rules.ts';
import { ValueFault } from './fault.ts';

/** A longer matcher is refused before it is compiled: 4,096 characters of the worst expression take about 3 s. */
const longestText = 4_096;

/** RE2 instructions: a bound on the cost of each character of a label value, which comes from outside. */
const largestProgram = 10_000;

/** The longer ones first: `=` begins `=~`. */
const signs = ['=~', '!~', '!=', '='] as const satisfies readonly Sign[];
type Sign = Matcher['sign'];

/** One word of a matcher: its text without quotes (escapes still in it), and where it began. */
interface Word {
  readonly text: string;
  readonly quoted: boolean;
  readonly start: number;
}

/**
 * Go's `unicode.IsSpace` and Alertmanager's reserved characters end an unquoted word (matcher/parse/lexer.go of 0.27).
 */
const word = /"([^"\\]*(?:\\[^][^"\\]*)*)"|([^\s\u0085{}!=~,\\"'`]+)/y;
const space = /[\s\u0085]*/y;

/**
 * Reads one matcher. The grammar is that of Alertmanager's UTF-8 parser since 0.27: name and value quoted or not.
 * The escapes are those of its default mode: in the value of a classic label name `\n`, `\"` and `\\` are escapes and
 * any other backslash stands for itself, so `=~"host\d+"` works; elsewhere they are Go's. Regular expressions are RE2,
 * anchored at both ends. Throws a `ValueFault` whose `offset` says where in `text`.
 */
export function parseMatcher(text: string): Matcher {
  if (text.length > longestText) throw fault(`is longer than ${longestText} characters`, 'split it into several', 0);
  let at = skipSpace(text, 0);
  if (text[at] === '{') throw fault('begins with a brace', 'write one matcher an item, without braces', at);
  const [name, afterName] = readWord(text, at);
  if (name === null) throw fault('has no label name', 'write it as `label="value"`', at);
  const [sign, afterSign] = readSign(text, skipSpace(text, afterName));
  at = skipSpace(text, afterSign);
  const [value, afterValue] = readWord(text, at);
  if (value === null)
    throw fault('has no value that can be read', 'write the value between double quotes: `label="value"`', at);
  at = skipSpace(text, afterValue);
  if (text[at] === ',') throw fault('goes on after its value', 'write one matcher an item of the list', at);
  if (at < text.length) throw fault('goes on after its value', 'put the whole value between double quotes', at);
  const classic = !name.quoted && /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name.text);
  const label = name.quoted ? unescapeGo(name) : name.text;
  if (label === '') throw fault('has an empty label name', 'write it as `label="value"`', name.start);
  const wanted = !value.quoted ? value.text : classic ? unescapeClassic(value.text) : unescapeGo(value);
  return Object.freeze({ label, sign, text, test: compile(sign, wanted, value.start) });
}

const fault = (problem: string, remedy: string, offset: number): ValueFault =>
  new ValueFault(`the matcher ${problem}`, remedy, { offset });

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  return at + (space.exec(text)?.[0].length ?? 0);
}

function readWord(text: string, at: number): [Word | null, number] {
  word.lastIndex = at;
  const found = word.exec(text);
  if (found === null) {
    if (text[at] === '"') throw fault('has a quote that is never closed', 'close it with `"`', at);
    return [null, at];
  }
  const [whole, inner, plain = ''] = found;
  return [{ text: inner ?? plain, quoted: inner !== undefined, start: at }, at + whole.length];
}

function readSign(text: string, at: number): [Sign, number] {
  const sign = signs.find((candidate) => text.startsWith(candidate, at));
  if (sign === undefined) throw fault('has no operator after the label name', 'write `=`, `!=`, `=~` or `!~`', at);
  return [sign, at + sign.length];
}

/**
 * OpenMetrics' escapes, as in Alertmanager's classic parser (pkg/labels/parse.go): an unknown one is just a backslash.
 */
const unescapeClassic = (text: string): string =>
  text.replace(/\\([n"\\])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));

const goEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/**
 * Go's `strconv.Unquote` for double quotes, without its escapes for single bytes (`\x41`, `\101`): those are refused.
 */
function unescapeGo({ text, start }: Word): string {
  const escape = /\\(?:([abfnrtv\\"])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[^])|\n/g;
  return text.replace(
    escape,
    (_, letter: string | undefined, u: string | undefined, U: string | undefined, at: number) => {
      if (letter !== undefined) return goEscapes[letter] ?? letter;
      const code = Number.parseInt(u ?? U ?? '', 16);
      if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
      const remedy = 'write the character itself, and `\\\\` for a backslash';
      throw fault('has an escape that is not known here', remedy, start + 1 + at);
    },
  );
}

function compile(sign: Sign, wanted: string, offset: number): Matcher['test'] {
  switch (sign) {
    case '=':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '=~':
    case '!~': {
      const expression = compileExpression(wanted, offset);
      return sign === '=~' ? (value) => expression.testExact(value) : (value) => !expression.testExact(value);
    }
  }
}

function compileExpression(source: string, offset: number): RE2JS {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(source);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const reason = cause.message.replace(/^error parsing regexp: /, '').replace(/: `.*$/s, '');
    const remedy = 'correct it; the syntax is RE2, which has no look-around and no back-references';
    throw new ValueFault(`the regular expression is not valid (${reason})`, remedy, { offset, cause });
  }
  if (expression.programSize() <= largestProgram) return expression;
  throw fault('has a regular expression that is too large', 'use smaller repeat counts, or several matchers', offset);
}
