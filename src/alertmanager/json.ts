/** Where a text stops being JSON: `JSON.parse` says it for some faults only, and quotes the text, which an answer must not. */

/** One token after white space: an opening, a closing, a comma, a colon, a string, or another scalar (RFC 8259). */
const token =
  /[ \t\r\n]*(?:([[{])|([\]}])|(,)|(:)|("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const space = /[ \t\r\n]*/y;

/** What may come next. `first` and `first key` may also be a closing, of an empty list or object. */
type Expected = 'value' | 'first' | 'key' | 'first key' | 'colon' | 'more';

/** The offset, in UTF-16 units, of the first token that can't stand where it stands; the text's length when it ends too early. */
export function offsetOfFault(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  token.lastIndex = 0;
  for (let at = 0; ; at = token.lastIndex) {
    const found = token.exec(text);
    if (found === null) return skipSpace(text, at);
    const next = follow(found, expected, open);
    if (next === null) return skipSpace(text, at);
    expected = next;
  }
}

/** What is expected after a token, or null when the token can't stand here. Keeps count of what is open. */
function follow(found: RegExpExecArray, expected: Expected, open: string[]): Expected | null {
  const [, opening, closing, comma, colon, text] = found;
  if (opening !== undefined || text !== undefined || (closing ?? comma ?? colon) === undefined) {
    if (text !== undefined && (expected === 'key' || expected === 'first key')) return 'colon';
    if (expected !== 'value' && expected !== 'first') return null;
    if (opening === undefined) return 'more';
    open.push(opening);
    return opening === '{' ? 'first key' : 'first';
  }
  if (colon !== undefined) return expected === 'colon' ? 'value' : null;
  const inside = open.at(-1);
  if (comma !== undefined) return expected !== 'more' || inside === undefined ? null : inside === '{' ? 'key' : 'value';
  if (closing !== (inside === '{' ? '}' : ']') || inside === undefined) return null;
  if (expected !== 'more' && expected !== (inside === '{' ? 'first key' : 'first')) return null;
  open.pop();
  return 'more';
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  return at + (space.exec(text)?.[0].length ?? 0);
}

/** An offset as people count: `line 3, character 14`, both from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, character ${(before.at(-1)?.length ?? 0) + 1}`;
}
