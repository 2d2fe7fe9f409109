/** The answer of Prometheus' query API, read and made plain (https://prometheus.io/docs/prometheus/latest/querying/api/). */
import { z } from 'zod';
import type { Sample } from './samples.ts';

/** An answer: its samples, one list a series; something that holds no plain numbers; or an error. */
export type Reply = { readonly warnings: readonly string[] } & (
  | { readonly type: 'samples'; readonly series: readonly (readonly Sample[])[] }
  /** `what` completes "the query answers …". */
  | { readonly type: 'unfit'; readonly what: string }
  | { readonly type: 'error'; readonly error: string }
);

/** A number as Prometheus writes it; JSON has no NaN and no infinities. */
const number = z.string().transform((text, context) => {
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?[\d.]+(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  context.issues.push({ code: 'custom', message: 'not a number', input: text });
  return z.NEVER;
});

/** Seconds, with a fraction; within what a date can be. */
const time = z.number().min(-8.64e12).max(8.64e12);
const point = z.tuple([time, number]);
const labels = z.record(z.string(), z.string());

const instant = z.object({ metric: labels, value: point.optional(), histogram: z.unknown().optional() });
const range = z.object({
  metric: labels,
  values: z.array(point).default([]),
  histograms: z.array(z.unknown()).default([]),
});

const data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: z.tuple([time, z.string()]) }),
  z.object({ resultType: z.literal('vector'), result: z.array(instant) }),
  z.object({ resultType: z.literal('matrix'), result: z.array(range) }),
]);

const warnings = z.array(z.string()).default([]);
const envelope = z.discriminatedUnion('status', [
  z.object({ status: z.literal('success'), data, warnings }),
  z.object({ status: z.literal('error'), error: z.string(), warnings }),
]);

/** Reads a body; null when it isn't an answer of Prometheus. */
export function readReply(text: string): Reply | null {
  const { success, data: read } = envelope.safeParse(parse(text));
  if (!success) return null;
  if (read.status === 'error') return { type: 'error', error: read.error, warnings: read.warnings };
  return { warnings: read.warnings, ...plain(read.data) };
}

type Plain =
  | { readonly type: 'samples'; readonly series: readonly (readonly Sample[])[] }
  | { readonly type: 'unfit'; readonly what: string };

const histograms: Plain = { type: 'unfit', what: 'native histograms' };

function plain(answer: z.output<typeof data>): Plain {
  switch (answer.resultType) {
    case 'scalar':
      return { type: 'samples', series: [[sampleOf({}, answer.result)]] };
    case 'string':
      return { type: 'unfit', what: 'a text' };
    case 'vector': {
      const series = answer.result.map(({ metric, value }) => (value === undefined ? [] : [sampleOf(metric, value)]));
      return series.every(({ length }) => length > 0) ? { type: 'samples', series } : histograms;
    }
    case 'matrix': {
      if (answer.result.some((each) => each.histograms.length > 0)) return histograms;
      return {
        type: 'samples',
        series: answer.result.map(({ metric, values }) => values.map((value) => sampleOf(metric, value))),
      };
    }
  }
}

const sampleOf = (metric: Readonly<Record<string, string>>, [seconds, value]: readonly [number, number]): Sample => ({
  labels: metric,
  at: seconds * 1000,
  value,
});

/** JSON that isn't any is as good as nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
