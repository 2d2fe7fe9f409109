/** The questions of the shipped runbooks, asked of a real Prometheus: it has no data here, and understands every one. */
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { readLibrary } from '../../src/config/runbooks/library.ts';
import { expandQuery } from '../../src/runbook/expand.ts';
import type { Check } from '../../src/runbook/runbook.ts';
import { startPrometheus } from '../servers/prometheus.ts';

const { runbooks } = readLibrary(join(resolve(import.meta.dirname, '../..'), 'runbooks'));

/** What an alert may carry: quotes and braces, which must not change the question. */
const labels = { service: 'check"out', namespace: 'shop{}' };

const scope = { labels, annotations: {}, service: {}, incident: {} };

/** Every PromQL question, by its step, with its references replaced. */
const questions = runbooks.flatMap(({ id, steps }) =>
  steps.flatMap((step) => {
    const asked = [step.does.kind === 'check' ? step.does.check : null, step.verify?.check ?? null];
    return asked.flatMap((check: Check | null) => {
      if (check?.ask.type !== 'promql') return [];
      const query = expandQuery(check.ask.query, scope);
      return [{ name: `${id}/${step.id}`, query: 'text' in query ? query.text : query.missing.join(' ') }];
    });
  }),
);

describe('the questions of the shipped runbooks', () => {
  it('are PromQL that Prometheus understands', async () => {
    const prometheus = await startPrometheus({ config: 'global: {}\n' });
    onTestFinished(() => prometheus.stop());
    const faults = await Promise.all(
      questions.map(async ({ name, query }) => {
        const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
        const answer = z.looseObject({ status: z.string(), error: z.string().optional() }).parse(await response.json());
        return answer.status === 'success' ? [] : [`${name}: ${answer.error}`];
      }),
    );
    expect(questions.length).toBeGreaterThan(50);
    expect(faults.flat()).toEqual([]);
  });
});
