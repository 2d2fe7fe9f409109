/** What is wrong with a file as YAML, in words for the operator. */
import { visit } from 'yaml';
import type { Document, ErrorCode, Node } from 'yaml';

/** A fault of syntax; `offset` counts UTF-16 units from the beginning of the file. */
export interface SyntaxFault {
  readonly offset: number;
  readonly problem: string;
  readonly remedy: string;
}

/** Every fault of syntax of a document that was parsed from `text`; one slip may make several. */
export function syntaxFaults(document: Document, text: string): readonly SyntaxFault[] {
  const found = [...document.errors, ...document.warnings].map(({ pos, code }): SyntaxFault => {
    const [problem, remedy] = explanations[code] ?? [`this is not valid YAML (${code})`, 'put the text in quotes'];
    return unclosed(document, text, pos[0]) ?? { offset: pos[0], problem, remedy };
  });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const remedy = 'put a text that begins with `*` in quotes';
      found.push({ offset: alias.range?.[0] ?? 0, problem: 'an alias has no anchor before it', remedy });
    },
  });
  return found;
}

/**
 * What a fault of syntax means. The library's own sentences are not used: some of them quote the file, secrets and
 * all.
 */
const explanations: Readonly<Partial<Record<ErrorCode, readonly [problem: string, remedy: string]>>> = {
  TAB_AS_INDENT: ['a tab is used for indentation', 'indent with spaces'],
  BAD_INDENT: ['the indentation does not fit', 'indent what belongs together equally, and close every bracket'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a second `: ` stands in one value',
    'put a text that contains `: ` in quotes; check the indentation',
  ],
  MULTILINE_IMPLICIT_KEY: ['a line is neither `key: value` nor an item', 'write `key: value`; check the indentation'],
  MISSING_CHAR: ['a character is missing', 'close every quote and bracket, and write `key: value`'],
  BAD_SCALAR_START: ["a text can't begin with this character", 'put the text in quotes'],
  BAD_DQ_ESCAPE: [
    'an escape in double quotes is not valid',
    'use single quotes, in which a backslash is just a backslash',
  ],
  MULTIPLE_DOCS: ['a second document begins here', 'keep one document in the file, without `---`'],
  TAG_RESOLVE_FAILED: ['a tag is not known', 'put a text that begins with `!` in quotes'],
  NON_STRING_KEY: ['a key is not a plain text', 'write `key: value`'],
};

const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']', '{': '}' };

/** The parser notices only at the end that a quote or bracket was never closed; people want to know where it began. */
function unclosed(document: Document, text: string, end: number): SyntaxFault | null {
  let found: SyntaxFault | null = null;
  const look = (node: Node): void => {
    const offset = node.range?.[0] ?? 0;
    const open = text[offset] ?? '';
    const closer = closers[open];
    if (closer === undefined || node.range?.[1] !== end || (end > offset + 1 && text[end - 1] === closer)) return;
    found = { offset, problem: `\`${open}\` is never closed`, remedy: `close it with \`${closer}\`` };
  };
  visit(document, {
    Collection: (_, node) => (node.flow === true ? look(node) : undefined),
    Scalar: (_, node) => look(node),
  });
  return found;
}
