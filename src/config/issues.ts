/** Zod's issues as complaints in Vigie's own words. */
import { z } from 'zod';
import type { Complaint } from './fault.ts';
import { quote } from './fault.ts';
import { isNotYet } from './later.ts';
import { nearest } from './nearest.ts';
import { valueAt } from './tree.ts';
import { listOf } from './values.ts';

/** One node of the schema as JSON Schema, as far as it is needed here. */
const nodeSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  example: z.unknown().optional(),
});
type SchemaNode = z.output<typeof nodeSchema>;

/** What is wrong with a tree according to the schema that made these issues. */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  root: unknown,
): readonly Complaint[] {
  if (issues.length === 0) return [];
  const shape = nodeSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return issues.flatMap((issue) => explain(issue, shape, root));
}

function explain(issue: z.core.$ZodIssue, shape: SchemaNode, root: unknown): readonly Complaint[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(nodeAt(shape, path).properties ?? {});
    return issue.keys.map((key) => unknownKey([...path, key], known));
  }
  if (issue.code === 'invalid_type') return [wrongKind(path, issue.expected, nodeAt(shape, path).example, root)];
  if (issue.code !== 'custom') throw new Error(`explaining a configuration fault of the unforeseen kind ${issue.code}`);
  const { remedy = '', offset = 0 } = issue.params ?? {};
  return [{ path, at: 'value', problem: issue.message, remedy: String(remedy), offset: Number(offset) }];
}

function unknownKey(path: Complaint['path'], known: readonly string[]): Complaint {
  const key = String(path.at(-1));
  if (isNotYet(path)) {
    const problem = `${quote(key)} is not supported by this version of Vigie`;
    return { path, at: 'key', problem, remedy: 'remove it' };
  }
  const meant = nearest(key, known);
  const remedy =
    meant === null
      ? `the keys here are ${listOf(known).replace(/ or (?=[^ ]*$)/, ' and ')}`
      : `did you mean \`${meant}\`?`;
  return { path, at: 'key', problem: `unknown key ${quote(key)}`, remedy };
}

function wrongKind(path: Complaint['path'], expected: string, example: unknown, root: unknown): Complaint {
  const value = valueAt(root, path);
  const key = path.at(-1);
  const shown = example === undefined ? '' : `: \`${typeof key === 'string' ? `${key}: ` : ''}${flow(example)}\``;
  if (value === undefined) return { path, at: 'value', problem: 'it is missing', remedy: `add it${shown}` };
  const problem = `expected ${kinds[expected] ?? expected}, found ${kindOf(value)}`;
  const wanted =
    kinds[expected] === 'a mapping' ? 'lines of the form `key: value`' : `${kinds[expected] ?? expected}${shown}`;
  const remedy = value === null ? 'give it a value, or remove the key' : `write ${wanted}`;
  return { path, at: 'value', problem, remedy };
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? 'true or false';
}

/** The schema's node for a path of the file. */
function nodeAt(shape: SchemaNode, path: Complaint['path']): SchemaNode {
  return path.reduce<SchemaNode>((node, step) => {
    const inner = typeof step === 'number' ? node.items : (node.properties?.[step] ?? node.additionalProperties);
    return nodeSchema.catch({}).parse(inner);
  }, shape);
}

/** A value in YAML's flow style, as the examples of the documentation are written. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')}}`;
  }
  const text = String(value);
  return text.includes('"') ? `'${text}'` : text;
}
