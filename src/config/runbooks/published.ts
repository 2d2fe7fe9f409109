/** The schema of runbooks as a file for editors. */
import { z } from 'zod';
import { runbookSchema } from './schema.ts';

/** JSON Schema of what may be written in a runbook, as the text of `runbook.schema.json`. */
export function schemaText(): string {
  const schema = z.toJSONSchema(runbookSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { example } = jsonSchema;
      delete jsonSchema['example'];
      if (example !== undefined) jsonSchema.examples = [unquoted(example)];
    },
  });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Examples are kept as they are written in YAML, where a text may need quotes. */
function unquoted(example: unknown): unknown {
  if (typeof example === 'string') return example.replace(/^'([^]*)'$/, '$1');
  if (Array.isArray(example)) return example.map(unquoted);
  if (typeof example !== 'object' || example === null) return example;
  return Object.fromEntries(Object.entries(example).map(([key, value]) => [key, unquoted(value)]));
}
