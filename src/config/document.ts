/** The configuration file as YAML: its plain values, its faults as YAML, and the place of every key and value. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Complaint, Fault } from './fault.ts';
import { printPath, quote } from './fault.ts';
import { syntaxFaults } from './syntax.ts';

/** A YAML file that could be read as a tree; keys are always text, as they are written (`1.0` stays `1.0`). */
export interface Tree {
  readonly root: unknown;
  /** The fault that a complaint about this tree is, with line and column. */
  readonly locate: (complaint: Complaint) => Fault;
}

type Path = Complaint['path'];
type MakeFault = (offset: number, path: Path, problem: string, remedy: string) => Fault;

/** Reads YAML 1.2. A key written twice leaves the tree usable; any other fault of syntax leaves no tree. */
export function readYaml(
  file: string,
  text: string,
): { readonly tree: Tree | null; readonly faults: readonly Fault[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
  });
  const fault: MakeFault = (offset, path, problem, remedy) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, path: printPath(path), problem, remedy };
  };
  const broken = syntaxFaults(document, text).map(({ offset, problem, remedy }) => fault(offset, [], problem, remedy));
  if (broken.length > 0) return { tree: null, faults: firstOfEachLine(broken) };
  let root: unknown;
  try {
    root = document.toJS();
  } catch {
    return { tree: null, faults: [fault(0, [], 'the aliases multiply beyond reason', 'write the values out')] };
  }
  const locate: Tree['locate'] = (complaint) =>
    fault(offsetOf(document, text, complaint), complaint.path, complaint.problem, complaint.remedy);
  return { tree: { root, locate }, faults: badKeys(document.contents, [], fault) };
}

/** One slip makes many errors; what follows the first on a line is noise. */
function firstOfEachLine(faults: readonly Fault[]): readonly Fault[] {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  return sorted.filter((fault, index) => fault.line !== sorted[index - 1]?.line);
}

/** Keys written twice in one mapping, and the one key that JavaScript's objects can't hold safely. */
function badKeys(node: unknown, path: Path, fault: MakeFault): readonly Fault[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => badKeys(item, [...path, index], fault));
  if (!isMap(node)) return [];
  const seen = new Set<string>();
  return node.items.flatMap(({ key, value }) => {
    const name = keyOf(key);
    const here = [...path, name];
    const own = seen.has(name)
      ? [fault(startOf(key), here, `the key ${quote(name)} is written twice`, 'remove or rename one of them')]
      : name === '__proto__'
        ? [fault(startOf(key), here, `${quote(name)} can't be used as a key`, 'choose another name')]
        : [];
    seen.add(name);
    return [...own, ...badKeys(value, here, fault)];
  });
}

/** Offset of what a complaint is about; when it is not there, of the closest key around it. */
function offsetOf(document: Document, text: string, { path, at, offset = 0 }: Complaint): number {
  let node: unknown = document.contents;
  let key: unknown = null;
  for (const step of path) {
    const pair = isMap(node) ? node.items.findLast((item) => keyOf(item.key) === step) : undefined;
    const item = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
    if (pair === undefined && item === undefined) return startOf(key);
    key = pair?.key ?? item;
    node = pair === undefined ? item : pair.value;
    if (isAlias(node)) node = node.resolve(document);
  }
  if (at === 'key' || !isNode(node) || isBlank(node)) return startOf(key);
  return startOf(node) + offsetInSource(node, text, offset);
}

/** Where a character of a scalar's value stands in its source; 0 when quotes or folding keep the two apart. */
function offsetInSource(node: Node, text: string, offset: number): number {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return 0;
  const inside = text.slice(node.range[0], node.range[1]).indexOf(node.value);
  return inside < 0 ? 0 : inside + offset;
}

const keyOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

const isBlank = (node: Node): boolean => isScalar(node) && node.value === null && node.range?.[0] === node.range?.[1];
