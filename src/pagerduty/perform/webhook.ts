/** Performs the fallback webhook: tells a second pager, whatever it is, in plain JSON. */
import type { PageOutcome } from '../../incident/pager.ts';
import { isRefusal } from '../../incident/event.ts';
import type { Duration } from '../../incident/incident.ts';
import { retryAfterOf } from '../answers.ts';
import type { EffectOf, PagerWork } from '../effects.ts';
import { withBrief } from '../brief.ts';
import { fitPage } from '../limits.ts';
import { PagerError } from '../pager-error.ts';
import { reveal, type Setting, spoken } from '../settings.ts';
import { failed, failure, type PagerParts, sent } from './parts.ts';

/** For a whole call. */
const deadline: Duration = 10_000;

/**
 * Sends the page. It can't be looked up there, so it carries the effect's id, as `id` and as `Idempotency-Key`: who gets
 * it twice can tell.
 */
export async function performWebhook(
  { clock, webhookOf }: PagerParts,
  work: PagerWork<EffectOf<'pagerduty.webhook'>>,
): Promise<PageOutcome> {
  const { effect, effectId, signal } = work;
  const setting = webhookOf(effect.webhook);
  if (isRefusal(setting)) return failed(work, 'webhook', clock(), setting.refused, true);
  const { payload, links } = fitPage(withBrief(effect), clock());
  const { custom_details: details, ...said } = payload;
  const body = {
    id: effectId,
    page: effect.page,
    dedup_key: effect.dedupKey,
    ...said,
    details,
    links,
    url: effect.url,
  };
  try {
    await post(setting, effectId, JSON.stringify(body), signal);
    return sent(work, 'webhook', clock());
  } catch (error) {
    return failure(error, work, 'webhook', clock());
  }
}

async function post(setting: Setting, effectId: string, body: string, signal: AbortSignal): Promise<void> {
  const url = reveal(setting, 'key');
  const isUrl = /^https?:$/.test(URL.parse(url)?.protocol ?? '');
  if (!isUrl) throw new PagerError('key', `${spoken(setting)} is not a web address: put one there`);
  const over = AbortSignal.timeout(deadline);
  let answer: Response;
  try {
    answer = await fetch(url, {
      ...{ method: 'POST', body, redirect: 'manual', signal: AbortSignal.any([signal, over]) },
      headers: { 'content-type': 'application/json', 'user-agent': 'vigie', 'idempotency-key': effectId },
    });
  } catch (error) {
    signal.throwIfAborted();
    // The error is no cause: it may show the address, which is a secret.
    const trouble = over.aborted ? `gave no answer within ${deadline / 1000} s` : `could not be asked${codeOf(error)}`;
    throw new PagerError('ambiguous', `The webhook of ${spoken(setting)} ${trouble}`);
  }
  // Nobody reads what it says, and nothing must wait for it.
  await answer.body?.cancel().catch(() => undefined);
  if (!answer.ok) throw errorOf(answer, setting);
}

function errorOf({ status, headers }: Response, setting: Setting): PagerError {
  const facts = { status, retryAfter: retryAfterOf({ header: (name) => headers.get(name) }) };
  const says = `The webhook of ${spoken(setting)} answered ${status}`;
  if (status === 429) return new PagerError('throttled', says, facts);
  if (status >= 500 || status === 408) return new PagerError('server', says, facts);
  return new PagerError('invalid', `${says}: look at its address and its credentials`, facts);
}

/** The network's word for what happened, such as ` (ECONNREFUSED)`. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^[A-Z_]{2,40}$/.test(code) ? ` (${code})` : '';
}
