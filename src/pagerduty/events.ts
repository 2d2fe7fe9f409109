/** Events API v2: triggers, acknowledges and resolves an alert by its dedup key. A 202 means taken in, not that anybody is paged. */
import type { PageText } from '../incident/pager.ts';
import { event } from '@pagerduty/pdjs';
import type { Duration, Instant } from '../incident/incident.ts';
import { fitPage, limits } from './limits.ts';
import { PagerError } from './pager-error.ts';
import { retryAfterOf, saidIn } from './answers.ts';
import { type Base, reveal, type Setting, spoken } from './settings.ts';
import { conceal, line } from './words.ts';
import { exchange, NoReply, type Reply } from './wire.ts';

/** The Events API. All three are absolute: repeated with the same dedup key they change nothing. */
export interface Events {
  /** `url` leads people from PagerDuty back to us; null for nowhere. After `within` nobody waits for an answer any more. */
  trigger(
    key: Setting,
    dedupKey: string,
    page: PageText,
    url: string | null,
    signal: AbortSignal,
    within?: Duration,
  ): Promise<void>;
  acknowledge(key: Setting, dedupKey: string, signal: AbortSignal): Promise<void>;
  resolve(key: Setting, dedupKey: string, signal: AbortSignal): Promise<void>;
}

/** What the client calls itself to PagerDuty; its webhooks say it again. */
export const ourName = 'Vigie';

/** Opens the Events API at a place. Nothing is kept open, and nothing is retried here: that is the outbox's. */
export function openEvents(base: Base, clock: () => Instant, deadline: Duration): Events {
  const send = async (key: Setting, dedupKey: string, body: object, signal: AbortSignal, within = deadline) => {
    const problem = problemOf(dedupKey);
    if (problem !== null) throw new PagerError('invalid', problem);
    const secret = reveal(key, 'key');
    const data = { routing_key: secret, dedup_key: dedupKey, ...body };
    // What people read of it is in seconds.
    const whole = Math.max(1_000, within - (within % 1_000));
    const reply = await ask(base, Math.min(deadline, whole), signal, data);
    // Nothing else is a yes: a proxy may answer 200 to anything.
    if (reply.status !== 202) throw errorOfEvents(reply, key, secret);
  };
  return {
    trigger: (key, dedupKey, page, url, signal, within) => {
      const client = { client: ourName, ...(url === null ? {} : { client_url: url }) };
      return send(key, dedupKey, { event_action: 'trigger', ...client, ...fitPage(page, clock()) }, signal, within);
    },
    acknowledge: (key, dedupKey, signal) => send(key, dedupKey, { event_action: 'acknowledge' }, signal),
    resolve: (key, dedupKey, signal) => send(key, dedupKey, { event_action: 'resolve' }, signal),
  };
}

/** A shortened key would be another key, or somebody else's. */
function problemOf(dedupKey: string): string | null {
  if (dedupKey.trim() === '') return 'The page has no dedup key, so it could never be resolved';
  if (dedupKey.length <= limits.dedupKey) return null;
  return `The dedup key has ${dedupKey.length} characters; PagerDuty takes ${limits.dedupKey}`;
}

async function ask(base: Base, deadline: Duration, signal: AbortSignal, body: object): Promise<Reply> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pdjs' type wants a payload even where the API wants none
  const data = body as Parameters<typeof event>[0]['data'];
  const send = async (options: object): Promise<{ data: unknown }> => event({ ...options, server: base.server, data });
  try {
    return await exchange({ base, deadline, signal, send });
  } catch (error) {
    if (!(error instanceof NoReply)) throw error;
    const says = `PagerDuty's Events API can't be asked: ${error.message}`;
    throw new PagerError(error.sent ? 'ambiguous' : 'network', says, {}, { cause: error.cause });
  }
}

/** The error for an answer that is no 202. */
function errorOfEvents(reply: Reply, key: Setting, secret: string): PagerError {
  const { status } = reply;
  const said = line(conceal(saidIn(reply.data), [secret]), 300);
  const quoted = said === '' ? `it answered ${status} without a word` : said;
  const facts = { status, retryAfter: retryAfterOf(reply) };
  if (status === 429)
    return new PagerError('throttled', 'PagerDuty gets too many events from us and wants a pause', facts);
  const isKey = status === 401 || status === 403 || (status === 400 && /routing[ _]?key|integration key/i.test(said));
  if (isKey) {
    const remedy = 'put the integration key of an Events API v2 integration there, of the region in pagerduty.region';
    return new PagerError('key', `PagerDuty does not accept the routing key of ${spoken(key)}: ${remedy}`, facts);
  }
  if (status >= 500 || status === 408)
    return new PagerError('server', `PagerDuty's Events API is in trouble: ${quoted}`, facts);
  if (status === 400 || status === 413 || status === 422)
    return new PagerError('invalid', `PagerDuty does not take the event: ${quoted}`, facts);
  // A redirect, a page of a proxy: whoever answered is not PagerDuty.
  return new PagerError(
    'network',
    `PagerDuty's Events API answered ${status}, which makes no sense: is a proxy in the way?`,
    facts,
  );
}
