/** The shape of checks: what is asked of an HTTP endpoint, of Prometheus, of Kubernetes, and when the answer is good. */
import { z } from 'zod';
import type { Ask, Check } from '../../runbook/runbook.ts';
import { readDuration } from '../duration.ts';
import { read } from '../read.ts';
import { readText } from '../values.ts';
import { readQuery } from './promql.ts';
import { readPlain } from './template.ts';
import { readComparison, readStatuses, readUrl } from './values.ts';
import { choice, exactlyOne, span, target, whole } from './written.ts';

/** What a check may ask. */
export const asks = ['http', 'promql', 'kubernetes'] as const;

/** Those of them that can prove that a step helped. */
export const proofs = ['http', 'promql'] as const;

/** How often a question is asked until it passes. */
const tries = {
  timeout: '10s',
  attempts: 1,
  every: '10s',
} as const;

const timeout = () => span('1s', '30s', 'How long an answer may take.').prefault(tries.timeout);
const attempts = () => whole(1, 60, 'How often it is asked until it passes.').prefault(tries.attempts);
const every = () => span('1s', '10m', 'Between two attempts.').prefault(tries.every);

const status = { type: 'integer', minimum: 100, maximum: 599 };

/** A question to an HTTP endpoint. */
export const http = () =>
  z
    .strictObject({
      url: read(z.string(), readUrl).meta({
        description: 'The address; it may refer to `{{service.…}}`.',
        example: "'{{service.health_url}}'",
      }),
      method: choice(['GET', 'HEAD'], 'a method that checks use', 'What is sent.').prefault('GET'),
      expect: read(z.unknown(), readStatuses)
        .meta({ description: 'The accepted statuses.', anyOf: [status, { type: 'array', items: status, minItems: 1 }] })
        .prefault(200),
      contains: read(z.string(), (text) => readPlain()(readText(text)))
        .meta({ description: 'The body must contain this text.' })
        .optional(),
      timeout: timeout(),
      attempts: attempts(),
      every: every(),
    })
    .transform(({ attempts: most, every: pause, contains, ...ask }): Check => {
      return { ask: { type: 'http', ...ask, contains: contains ?? null }, attempts: most, every: pause };
    })
    .meta({ description: 'Asks an HTTP endpoint.', example: { url: "'{{service.health_url}}'" } });

/** A question to Prometheus. */
export const promql = () =>
  z
    .strictObject({
      query: read(z.string(), readQuery).meta({
        description: 'PromQL. A reference may only be a whole value of a matcher: `job="{{labels.job}}"`.',
        example: 'up == 0',
      }),
      over: span('1s', '31d', 'Look at a range that ends now.').optional(),
      step: span('1s', '1d', 'Between two samples of the range; 30s if not written.').optional(),
      expect: read(z.string(), readComparison).meta({
        description: 'A sign and a number that every sample of every series must satisfy.',
        pattern: '^\\s*(<|<=|>|>=|==|!=)\\s*[-+]?[0-9.]',
        example: "'< 0.01'",
      }),
      no_data: choice(['fail', 'pass'], 'a result', 'What an empty answer means.').prefault('fail'),
      timeout: timeout(),
      attempts: attempts(),
      every: every(),
    })
    .transform(
      ({ query, over, step, expect, no_data: noData, timeout: limit, attempts: most, every: pause }): Check => {
        const range = over === undefined ? null : { over, step: step ?? readDuration(usualStep) };
        return { ask: { type: 'promql', query, range, expect, noData, timeout: limit }, attempts: most, every: pause };
      },
    )
    .meta({ description: 'Asks Prometheus.', example: { query: 'up == 0', expect: "'> 0'" } });

/** Between two samples of a range, when nothing else is written. */
export const usualStep = '30s';

/** The check of a step; `relations.ts` makes sure that exactly one question is there. */
export const check = () =>
  z
    .strictObject({ http: http().optional(), promql: promql().optional(), kubernetes: kubernetes().optional() })
    .meta({ description: 'Vigie asks, and shows what was asked and answered.', ...exactlyOne(asks) });

const kubernetes = () =>
  z
    .strictObject({ diagnose: target('The workload to look at.') })
    .transform(({ diagnose }): Check => once({ type: 'kubernetes', diagnose }))
    .meta({ description: 'Looks at a workload and its pods.' });

const once = (ask: Ask): Check => ({ ask, attempts: tries.attempts, every: readDuration(tries.every) });
