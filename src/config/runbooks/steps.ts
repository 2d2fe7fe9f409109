/** The shape of a step: exactly one of the kinds, and what every step may have. */
import { z } from 'zod';
import type { Result } from '../../runbook/runbook.ts';
import { read } from '../read.ts';
import { readSlackId } from '../values.ts';
import { check, http, promql, proofs } from './checks.ts';
import { everywhere, readPlain } from './template.ts';
import { readLevel, readOptions, readRevision, readRunbookId, readStepId } from './values.ts';
import { choice, exactlyOne, flag, matchers, span, target, template, whole } from './written.ts';

/** What a step may be; every step is exactly one of these. */
export const kinds = ['instruction', 'check', 'decision', 'action', 'wait', 'escalate', 'runbook'] as const;

/** What an action may be. */
export const actions = ['restart', 'scale', 'rollback', 'pause', 'resume'] as const;

/** How a step may end. */
const results = ['done', 'passed', 'failed', 'skipped'] as const satisfies readonly Result[];

/** One step. */
export const step = () =>
  z
    .strictObject({
      id: read(z.string(), readStepId).meta({
        description: 'Lower-case letters, digits and `-`; unique in the file.',
        pattern: '^[a-z0-9][a-z0-9-]*$',
        maxLength: 63,
        example: 'restart',
      }),
      title: template(everywhere, 'What people read on the card.', 150).meta({ example: 'Restart the workload' }),
      instruction: template(everywhere, 'Markdown: a person does it and presses Done.').optional(),
      check: check().optional(),
      decision: decision().optional(),
      action: action().optional(),
      wait: span('1s', '31d', 'Vigie waits; anybody may cut it short.').optional(),
      escalate: escalate().optional(),
      runbook: read(z.string(), readRunbookId)
        .meta({ description: 'The walk continues in this other runbook.', example: 'emergency-rollback' })
        .optional(),
      when: when().optional(),
      next: z
        .string()
        .meta({ description: 'The step after success, or `end`; without it, the next in order.', example: 'end' })
        .optional(),
      on_failure: z
        .string()
        .meta({ description: "`next`, `escalate`, `stop` (a person decides), or a step's id.", example: 'stop' })
        .optional(),
      auto: flag('Run without a click, within the guard rails. For checks and actions.').prefault(false),
      verify: verify().optional(),
      approvals: whole(0, 10, 'How many other people must agree before the action runs.').optional(),
      assign: read(z.string(), readSlackId('UWS', 'the id of a Slack user or user group'))
        .meta({ description: 'Slack id of the person or user group that does it.', example: 'S0SRE' })
        .optional(),
      remind: span('1m', '31d', 'Say again that it waits, after this long.').optional(),
    })
    .meta({ ...exactlyOne(kinds), example: { id: 'restart', title: 'Restart the workload' } });

const decision = () =>
  z
    .strictObject({
      question: template(everywhere, 'What is to be decided.'),
      options: read(z.array(option()), readOptions).meta({
        description: 'The answers, as buttons.',
        minItems: 2,
        maxItems: 10,
        example: [
          { label: 'Yes', next: 'restart' },
          { label: 'No', next: 'end' },
        ],
      }),
    })
    .meta({ description: 'A person chooses.' });

const option = () =>
  z.strictObject({
    label: read(z.string(), readPlain(75)).meta({ description: 'The button.', example: 'Yes' }),
    next: z.string().meta({ description: 'A step, or `end`.', example: 'end' }),
  });

const action = () =>
  z
    .strictObject({
      restart: onTarget('Starts every pod anew, one after the other.').optional(),
      scale: z
        .strictObject({ target: workload(), to: whole(0, 1_000, 'The number of replicas.').meta({ example: 6 }) })
        .meta({ description: 'Changes the number of replicas.' })
        .optional(),
      rollback: z
        .strictObject({
          target: workload(),
          to: read(z.unknown(), readRevision)
            .meta({
              description: '`previous`, or the number of a revision.',
              anyOf: [{ const: 'previous' }, { type: 'integer', minimum: 1 }],
            })
            .prefault('previous'),
        })
        .meta({ description: 'Goes back to an earlier version.' })
        .optional(),
      pause: onTarget('Stops a rollout where it is.').optional(),
      resume: onTarget('Lets a paused rollout go on.').optional(),
    })
    .meta({ description: 'The workload is changed, after a preview.', ...exactlyOne(actions) });

const workload = () => target('The workload to change.');
const onTarget = (description: string) => z.strictObject({ target: workload() }).meta({ description });

const escalate = () =>
  z
    .strictObject({
      level: read(z.string(), readLevel)
        .meta({ description: "`next`, or the id of a level of the incident's policy.", example: 'next' })
        .prefault('next'),
      note: template(['service'], 'What the page says besides what was tried.').optional(),
    })
    .meta({ description: 'A level of the policy is paged with what was tried.', example: { level: 'next' } });

const when = () =>
  z
    .strictObject({
      match: matchers('Decided when the runbook is chosen: one firing alert that all of these accept.').optional(),
      after: z
        .record(z.string(), choice(results, 'a result of a step', 'How that step ended when it was last left.'))
        .meta({ description: 'Earlier steps, and how they must have ended.', example: { health: 'failed' } })
        .optional(),
    })
    .meta({ description: 'Otherwise the step is passed over.' });

const verify = () =>
  z
    .strictObject({
      rollout: span('1s', '1d', 'The rollout is complete within.').optional(),
      alert_clears: span('1s', '1d', 'All alerts of the incident clear within.').optional(),
      http: http().optional(),
      promql: promql().optional(),
    })
    .meta({
      description: 'Proves after success that it helped: everything named must hold, or else the step failed.',
      not: { required: [...proofs] },
      example: { alert_clears: '5m' },
    });
