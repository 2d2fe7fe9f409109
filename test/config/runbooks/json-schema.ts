/** As much of JSON Schema as the schema of runbooks uses; what it does not know it refuses to judge. */

type Schema = Readonly<Record<string, unknown>>;
type Judge = (wanted: never, value: unknown, schema: Schema) => boolean;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isMapping,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

const passing = (schemas: readonly Schema[], value: unknown): number =>
  schemas.filter((schema) => conforms(schema, value)).length;

const judges: Readonly<Record<string, Judge>> = {
  type: (type: string, value) => types[type]?.(value) === true,
  enum: (words: readonly unknown[], value) => words.includes(value),
  const: (word: unknown, value) => word === value,
  pattern: (pattern: string, value) => typeof value !== 'string' || new RegExp(pattern, 'u').test(value),
  maxLength: (most: number, value) => typeof value !== 'string' || value.length <= most,
  minimum: (least: number, value) => typeof value !== 'number' || value >= least,
  maximum: (most: number, value) => typeof value !== 'number' || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  items: (schema: Schema, value) => !Array.isArray(value) || value.every((item) => conforms(schema, item)),
  properties: (schemas: Readonly<Record<string, Schema>>, value) =>
    !isMapping(value) ||
    Object.entries(value).every(([key, inner]) => !Object.hasOwn(schemas, key) || conforms(schemas[key] ?? {}, inner)),
  additionalProperties: (rest: Schema | false, value, { properties = {} }) =>
    !isMapping(value) ||
    Object.entries(value).every(
      ([key, inner]) => Object.hasOwn(properties as Schema, key) || (rest !== false && conforms(rest, inner)),
    ),
  propertyNames: (schema: Schema, value) =>
    !isMapping(value) || Object.keys(value).every((key) => conforms(schema, key)),
  required: (keys: readonly string[], value) => !isMapping(value) || keys.every((key) => Object.hasOwn(value, key)),
  oneOf: (schemas: readonly Schema[], value) => passing(schemas, value) === 1,
  anyOf: (schemas: readonly Schema[], value) => passing(schemas, value) > 0,
  not: (schema: Schema, value) => passing([schema], value) === 0,
};

const silent = new Set(['$schema', 'title', 'description', 'default', 'examples']);

/** Whether a value is what a schema asks for. */
export function conforms(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([key, wanted]) => {
    if (silent.has(key)) return true;
    const judge = judges[key];
    if (judge === undefined) throw new Error(`the test knows no ${key}`);
    return judge(wanted as never, value, schema);
  });
}
