/** Every name that Slack keeps for us and sends back: the command, actions, callbacks, blocks, and what button values say. */
import { z } from 'zod';
import type { RunChoice } from '../action/choices.ts';
import type { Choice } from '../incident/choices.ts';
import type { StepChoice } from '../runbook/choices.ts';

/** The one root command. */
export const command = '/incident';

/** Action ids of the buttons. */
export const actionIds: Readonly<Record<Choice, string>> = {
  acknowledge: 'vigie.acknowledge',
  unack: 'vigie.unack',
  snooze: 'vigie.snooze',
  'take-command': 'vigie.take-command',
  'accept-handoff': 'vigie.accept-handoff',
  page: 'vigie.page',
  escalate: 'vigie.escalate',
  resolve: 'vigie.resolve',
};

/** Action ids of a step's buttons, and of the menu of its answers. */
export const stepActionIds = {
  run: 'vigie.step.run',
  retry: 'vigie.step.retry',
  done: 'vigie.step.done',
  answer: 'vigie.step.answer',
  skip: 'vigie.step.skip',
  assign: 'vigie.step.assign',
  'go-to': 'vigie.step.go-to',
} as const;

/** Action ids of the buttons of answers, in their order; where there are more answers, a menu holds them. */
export const answerIds: readonly string[] = [0, 1, 2, 3, 4].map((answer) => `${stepActionIds.answer}-${answer}`);

/** Action ids of the buttons of an action's card. */
export const runActionIds = {
  approve: 'vigie.run.approve',
  'break-glass': 'vigie.run.break-glass',
  cancel: 'vigie.run.cancel',
  revert: 'vigie.run.revert',
  keep: 'vigie.run.keep',
  'delete-pod': 'vigie.run.delete-pod',
} as const satisfies Readonly<Record<RunChoice, string>>;

/** Every action that is listened to. */
export const allActionIds: readonly string[] = [actionIds, stepActionIds, answerIds, runActionIds].flatMap((ids) =>
  Object.values(ids),
);

/** Callback ids of the modals. */
export const callbackIds = {
  declare: 'vigie.declare',
  resolve: 'vigie.resolve',
  page: 'vigie.page',
  skip: 'vigie.skip',
  assign: 'vigie.assign',
  'go-to': 'vigie.go-to',
  keep: 'vigie.keep',
  'break-glass': 'vigie.break-glass',
  do: 'vigie.do',
} as const;

/** Inputs of the modals; a block and its only element share their id. */
export const inputIds = {
  title: 'vigie.title',
  severity: 'vigie.severity',
  reason: 'vigie.reason',
  person: 'vigie.person',
  step: 'vigie.step',
  until: 'vigie.until',
  verb: 'vigie.verb',
  service: 'vigie.service',
  target: 'vigie.target',
  parameter: 'vigie.parameter',
  glass: 'vigie.glass',
} as const;

/** The block that holds the buttons. */
export const buttonsId = 'vigie.buttons';

/** Events that are listened to; the manifest subscribes to exactly these. */
export const eventNames: readonly string[] = [];

/** Callback ids of shortcuts. */
export const shortcutIds: readonly string[] = [];

/** Where a button stands: it decides how its message is drawn again after a press. */
export const surfaces = ['card', 'announcement', 'status'] as const;
export type Surface = (typeof surfaces)[number];

/** What a button knows: which incident, which version of it its message showed, and where it stands. */
export interface Seen {
  readonly number: number;
  readonly version: number;
  readonly surface: Surface;
}

/** Writes a button's value: `v1:<number>:<version>:<surface>`. */
export const encodeSeen = ({ number, version, surface }: Seen): string => `v1:${number}:${version}:${surface}`;

const digits = z
  .string()
  .regex(/^\d{1,9}$/u)
  .transform(Number);

/** Reads a button's value. Anything else, such as the value of another release, does not parse. */
export const seenValue = z
  .string()
  .transform((value) => value.split(':'))
  .pipe(z.tuple([z.literal('v1'), digits, digits, z.enum(surfaces)]))
  .transform(([, number, version, surface]): Seen => ({ number, version, surface }));

/** What a button of a step knows: which incident, which visit of which step its card showed, and what it offers. */
export interface StepSeen {
  readonly number: number;
  readonly visit: number;
  readonly choice: StepChoice;
  /** The choice as it is written in the value; it names the press. */
  readonly what: string;
}

/**
 * Writes a step button's value: `v1:<number>:<visit>:<what>`. A step whose proof failed can be done once more in the
 * same visit: `again`, the version that its card shows, tells that press from the first one.
 */
export function encodeStep(number: number, visit: number, choice: StepChoice, again: number | null): string {
  const what = typeof choice === 'object' ? `answer-${choice.answer}` : choice;
  return `v1:${number}:${visit}:${what}${again === null ? '' : `-${again}`}`;
}

const stepText =
  /^v1:(?<number>\d+):(?<visit>\d+):(?<what>(?<name>run|retry|done|answer|skip|assign|go-to)(?:-(?<answer>\d+))?)$/u;

/** Reads a step button's value. */
export const stepValue = z
  .string()
  .transform((value): unknown => stepText.exec(value)?.groups)
  .pipe(
    z.object({
      number: digits,
      visit: digits,
      what: z.string(),
      name: z.enum(['run', 'retry', 'done', 'answer', 'skip', 'assign', 'go-to']),
      answer: z.coerce.number().default(0),
    }),
  )
  .transform(({ number, visit, what, name, answer }): StepSeen => {
    return { number, visit, what, choice: name === 'answer' ? { answer } : name };
  });

/** What a button of an action's card knows: which run, what it offers, and what its card showed. */
export interface RunSeen {
  readonly number: number;
  /** `12-1`. */
  readonly run: string;
  readonly choice: RunChoice;
  /**
   * The digest of the plan that was shown, for an approval. Otherwise how many runs the incident had: what is pressed
   * again after another run is another press.
   */
  readonly mark: string;
}

/** Writes a run button's value: `v1:<run>:<choice>:<mark>`. */
export const encodeRun = ({ run, choice, mark }: Omit<RunSeen, 'number'>): string => `v1:${run}:${choice}:${mark}`;

const runText =
  /^v1:(?<run>(?<number>\d{1,9})-\d{1,9}):(?<choice>approve|break-glass|cancel|revert|keep|delete-pod):(?<mark>[\w-]{1,128})$/u;

/** Reads a run button's value. */
export const runValue = z
  .string()
  .transform((value): unknown => runText.exec(value)?.groups)
  .pipe(
    z.object({
      number: digits,
      run: z.string(),
      choice: z.enum(['approve', 'break-glass', 'cancel', 'revert', 'keep', 'delete-pod']),
      mark: z.string(),
    }),
  )
  .transform((seen): RunSeen => seen);
