/** A PromQL check: asks Prometheus, whose address is ours, and compares every sample with what was expected. */
import type { Instant } from '../incident/incident.ts';
import type { PromqlAsk } from '../runbook/runbook.ts';
import type { Verdict } from './http.ts';
import { type Reply, readReply } from './reply.ts';
import { limitOf, send } from './request.ts';
import { compare, distinction, printNumber, type Sample } from './samples.ts';
import { excerpt, line, masked, printDuration, troubleOf } from './says.ts';

/** 11,000 points a series are Prometheus' own limit; this holds that many of a few dozen series. */
const bodyLimit = 4 * 1024 * 1024;

/** Asks. Trouble of any kind is a failed check, except that an abort of `outer` may come out as one, too. */
export async function askPrometheus(
  ask: PromqlAsk,
  base: string | null,
  clock: () => Instant,
  outer: AbortSignal,
): Promise<Verdict> {
  const failed = (says: string): Verdict => ({ passed: false, says });
  if (base === null) return failed('Prometheus is not configured: set prometheus.url');
  const query = line(ask.query, 220);
  using limit = limitOf(ask.timeout, outer);
  const late = `Prometheus did not answer within ${printDuration(ask.timeout)}: ${query}`;
  try {
    const { path, form } = questionOf(ask, clock());
    // The address stands in the configuration, so it is trusted: any address, looked up by the system.
    const url = new URL(`${base.replace(/\/+$/, '')}/api/v1/${path}`);
    using answer = await send({ url, method: 'POST', form, addresses: null, signal: limit.signal });
    const { text, ended } = await answer.read(bodyLimit, null);
    if (ended === 'cut') return failed(`Prometheus answered more than 4 MB: ask for fewer series or samples: ${query}`);
    if (ended === 'broken') return failed(limit.isOver() ? late : `Prometheus broke off its answer: ${query}`);
    const reply = readReply(text);
    if (reply === null)
      return failed(
        `Prometheus answered ${answer.status} with something else than its format: ${query}.${excerpt(text)}`,
      );
    return verdictOn(ask, reply, answer.status, query);
  } catch (error) {
    return failed(limit.isOver() ? late : `Prometheus ${troubleOf(error)}: ${query}`);
  }
}

/** The form of the question (https://prometheus.io/docs/prometheus/latest/querying/api/). */
function questionOf({ query, range, timeout }: PromqlAsk, now: Instant) {
  // Prometheus gives up a little before we do, and then says why.
  const form = new URLSearchParams({ query, timeout: `${Math.max(1, Math.floor(timeout * 0.9))}ms` });
  const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
  if (range === null) {
    form.set('time', seconds(now));
    return { path: 'query', form };
  }
  form.set('start', seconds(now - range.over));
  form.set('end', seconds(now));
  form.set('step', seconds(range.step));
  return { path: 'query_range', form };
}

function verdictOn(ask: PromqlAsk, reply: Reply, status: number, query: string): Verdict {
  const warned =
    reply.warnings.length === 0 ? '' : `. Prometheus warns: ${line(masked(reply.warnings.join('; ')), 120)}`;
  switch (reply.type) {
    case 'error':
      return {
        passed: false,
        says: `Prometheus answered ${status}: ${line(masked(reply.error), 240)}: ${query}${warned}`,
      };
    case 'unfit':
      return { passed: false, says: `${query} answers ${reply.what}, which can't be compared with a number${warned}` };
    case 'samples': {
      const compared = compare(reply.series, ask.expect);
      if (compared === null) {
        const passed = ask.noData === 'pass';
        return { passed, says: `${query} has no data${passed ? ', which counts as passed' : ''}${warned}` };
      }
      const bound = `${ask.expect.sign} ${printNumber(ask.expect.value)}`;
      const outcome = compared.passed ? `as expected ${bound}` : `expected ${bound}`;
      const value = `${printNumber(compared.worst.value)}${detailOf(compared, reply.series)}`;
      return { passed: compared.passed, says: `${query} = ${value}: ${outcome}${warned}` };
    }
  }
}

/** ` (2 series; worst: instance="a" 0)`; nothing when there is one number only. */
function detailOf(
  { series, samples, worst }: { readonly series: number; readonly samples: number; readonly worst: Sample },
  all: readonly (readonly Sample[])[],
): string {
  if (samples === 1) return '';
  const count = [...(series > 1 ? [`${series} series`] : []), ...(samples > series ? [`${samples} samples`] : [])];
  const when = samples > series ? ` at ${new Date(worst.at).toISOString().slice(11, 19)} UTC` : '';
  const which = line(distinction(worst, all), 120);
  return ` (${count.join(', ')}; worst: ${which === '' ? '' : `${which} `}${printNumber(worst.value)}${when})`;
}
