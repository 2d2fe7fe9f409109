/** The shape of a runbook's file. Descriptions are what editors show; every default is written as an author would. */
import { z } from 'zod';
import { list, read } from '../read.ts';
import { readText, readTimezone } from '../values.ts';
import { compileSchedule, readCron } from './schedule.ts';
import { step } from './steps.ts';
import { readPlain } from './template.ts';
import { mostSteps, readRunbookId, readSteps } from './values.ts';
import { choice, matchers } from './written.ts';

/** What a file that passed gives, with every default filled in. */
export type FileValues = z.output<typeof runbookSchema>;

const schedule = () =>
  read(
    z.strictObject({
      cron: read(z.string(), readCron).meta({
        description: 'Minute, hour, day, month and weekday.',
        example: '0 9 * * MON',
      }),
      timezone: read(z.string(), readTimezone).meta({ description: 'A name such as `UTC`.', example: 'Europe/Paris' }),
    }),
    compileSchedule,
  ).meta({
    description: 'Opens a checklist by itself.',
    example: { cron: "'0 9 * * MON'", timezone: 'Europe/Paris' },
  });

/** The schema of a runbook. What holds between its keys is in `relations.ts`, `links.ts` and `flow.ts`. */
export const runbookSchema = z
  .strictObject({
    id: read(z.string(), readRunbookId).meta({
      description: "Lower-case letters, digits and `-`; also the file's name.",
      pattern: '^[a-z0-9][a-z0-9-]*$',
      maxLength: 63,
      example: 'service-unreachable',
    }),
    title: read(z.string(), readPlain(150)).meta({
      description: 'What people read on the card.',
      example: 'Service unreachable',
    }),
    about: read(z.string(), readPlain()).meta({ description: 'One or two sentences: when to use it.' }).optional(),
    match: matchers(
      "Chosen when all of these accept the labels of one firing alert; `severity` is the incident's.",
    ).optional(),
    services: list(read(z.string(), readText))
      .meta({ description: 'Only for incidents of these services of vigie.yaml.', example: ['checkout'] })
      .optional(),
    kind: choice(
      ['incident', 'checklist'],
      'a kind of runbook',
      '`incident` walks responders through an incident; `checklist` is planned work, without alerts or pages.',
    ).prefault('incident'),
    schedule: schedule().optional(),
    steps: read(z.array(step()), readSteps).meta({
      description: 'The steps, in order.',
      minItems: 1,
      maxItems: mostSteps,
    }),
  })
  .meta({ title: 'Runbook', description: 'A runbook of Vigie. docs/runbooks.md explains it.' });
