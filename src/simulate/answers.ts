/** What each step meets in a simulated walk, as an author writes it: a YAML file of answers by the step's id. */
import { z } from 'zod';
import { readYaml } from '../config/document.ts';
import { readDuration } from '../config/duration.ts';
import { printFault } from '../config/fault.ts';
import type { Duration } from '../incident/incident.ts';

/** How a step goes, or what a person does there. */
export type Meets =
  | { readonly is: 'succeeds' | 'fails'; readonly says: string }
  | { readonly is: 'skipped'; readonly reason: string }
  | { readonly is: 'answered'; readonly label: string }
  | { readonly is: 'left'; readonly to: string }
  | { readonly is: 'retried' };

/** One answer: what one visit of a step meets. */
export interface Answer {
  /** Null when only the proof or the time was written. */
  readonly meets: Meets | null;
  /** Whether the alerts clear after the deed; null when it was not written. */
  readonly clears: boolean | null;
  /** What the check of `verify` meets; null when it was not written. */
  readonly proof: { readonly passed: boolean; readonly says: string } | null;
  /** How long people leave the step alone before they act; null for the usual minute. */
  readonly after: Duration | null;
}

/** Answers of a step, in the order in which it is visited. The key is `step`, or `runbook/step` where two runbooks share a name. */
export type Answers = ReadonlyMap<string, readonly Answer[]>;

const text = z.union([z.string(), z.number().transform(String), z.null().transform(() => '')]);

const answer = z.union([
  z.string(),
  z.strictObject({
    passed: text.optional(),
    done: text.optional(),
    failed: text.optional(),
    skip: z.string().optional(),
    option: z.string().optional(),
    go_to: z.string().optional(),
    retry: z.literal(true).optional(),
    clears: z.boolean().optional(),
    proof: z.union([z.literal('passed'), z.strictObject({ failed: text })]).optional(),
    after: z.string().transform(readDuration).optional(),
  }),
]);

const oneOrMore = z.union([z.array(answer), answer.transform((one) => [one])]);

const file = z.union([
  z.record(z.string(), oneOrMore).transform((steps) => Object.entries(steps)),
  z.array(z.record(z.string(), oneOrMore)).transform((items) => items.flatMap((item) => Object.entries(item))),
  z.null().transform(() => []),
]);

type Written = Exclude<z.output<typeof answer>, string>;

/** Reads a file of answers. Throws an error that says what is wrong with it. */
export function readAnswers(name: string, yaml: string): Answers {
  const { tree, faults } = readYaml(name, yaml);
  if (tree === null || faults.length > 0) throw new Error(faults.map(printFault).join('\n'));
  const read = file.safeParse(tree.root);
  if (!read.success) {
    const places = read.error.issues.map(({ path }) => path.join('.') || 'the file');
    throw new Error(
      `${name}: ${places.join(', ')} holds no answers; write \`passed\`, \`failed: why\`, \`done\`, \`skip: why\`, \`clears: false\`, an option of a decision, or a list of these, under the id of a step`,
    );
  }
  const answers = new Map<string, Answer[]>();
  for (const [step, written] of read.data) {
    const known = answers.get(step) ?? [];
    answers.set(step, [...known, ...written.map(understand)]);
  }
  return answers;
}

function understand(written: z.output<typeof answer>): Answer {
  const nothing = { meets: null, clears: null, proof: null, after: null };
  if (typeof written === 'string') return { ...nothing, meets: meetsOfWord(written) };
  const { clears = null, proof, after = null } = written;
  const proved =
    proof === undefined
      ? null
      : proof === 'passed'
        ? { passed: true, says: '' }
        : { passed: false, says: proof.failed };
  return { meets: meetsOf(written), clears, proof: proved, after };
}

/** A single word is a result, or else an answer to a question. */
function meetsOfWord(word: string): Meets {
  if (word === 'passed' || word === 'done') return { is: 'succeeds', says: '' };
  if (word === 'failed') return { is: 'fails', says: '' };
  return word === 'retry' ? { is: 'retried' } : { is: 'answered', label: word };
}

function meetsOf({ passed, done, failed, skip, option, go_to: to, retry }: Written): Meets | null {
  const says = passed ?? done;
  if (says !== undefined) return { is: 'succeeds', says };
  if (failed !== undefined) return { is: 'fails', says: failed };
  if (skip !== undefined) return { is: 'skipped', reason: skip };
  if (option !== undefined) return { is: 'answered', label: option };
  if (to !== undefined) return { is: 'left', to };
  return retry === undefined ? null : { is: 'retried' };
}
