/** How values are written in a runbook: the pieces of its schema, each with what editors show and complete. */
import { z } from 'zod';
import { readDuration } from '../duration.ts';
import { parseMatcher } from '../matcher.ts';
import { list, read } from '../read.ts';
import { readOneOf, readWhole } from '../values.ts';
import { readTemplate } from './template.ts';
import type { Origin } from './template.ts';
import { readFlag, readSpan, readTarget } from './values.ts';

/** What JSON Schema says of the keys that exclude each other. */
export const exactlyOne = (keys: readonly string[]) => ({ oneOf: keys.map((key) => ({ required: [key] })) });

/** One of a few words; `what` completes "is not …". */
export const choice = <const T extends readonly string[]>(words: T, what: string, description: string) =>
  read(z.string(), readOneOf<T[number]>(words, what)).meta({ description, enum: [...words] });

/** A duration between two others. */
export const span = (least: string, most: string, description: string) =>
  read(z.string(), readSpan(least, most)).meta({
    description: `${description} From \`${least}\` to \`${most}\`.`,
    pattern: '^\\d+[smhd]$',
    example: readDuration(most) < readDuration('5m') ? '5s' : '5m',
  });

/** A whole number between two others. */
export const whole = (least: number, most: number, description: string) =>
  read(z.number(), readWhole(least, most)).meta({ description, type: 'integer', minimum: least, maximum: most });

/** `true` or `false`. */
export const flag = (description: string) => read(z.unknown(), readFlag).meta({ description, type: 'boolean' });

/** A text with references of these origins; one line if it has a greatest length. */
export const template = (origins: readonly Origin[], description: string, longest?: number) => {
  const may = `It may refer to ${origins.map((origin) => `\`{{${origin}.…}}\``).join(', ')}.`;
  return read(z.string(), readTemplate(origins, longest)).meta({ description: `${description} ${may}` });
};

/** The workload of the incident's service. */
export const target = (description: string) =>
  read(z.string(), readTarget).meta({ description, enum: ['{{service.target}}'], example: "'{{service.target}}'" });

/** Label matchers, at least one. */
export const matchers = (description: string) =>
  list(read(z.string(), parseMatcher)).meta({ description, example: ['alertname="ServiceDown"'] });
