/** What PagerDuty tells of its incidents: by webhooks, which are stored first, and by a look now and then that finds what did not come. */
import type { Logger } from 'pino';
import type { Engine } from '../engine.ts';
import { isRefusal } from '../incident/event.ts';
import { explain } from '../incident/fault.ts';
import type { Duration } from '../incident/incident.ts';
import type { openPeople } from './pager-people.ts';
import type { PagerClient } from '../pagerduty/client.ts';
import { reportOfLook } from '../pagerduty/look.ts';
import { translate } from '../pagerduty/translate.ts';
import { settleHook, waitingHooks } from '../store/hooks.ts';
import type { StoredHook } from '../store/hooks.ts';
import { awaitsPager, incidentOfPage, pagedIncidents } from '../store/pages.ts';

/** What concerns no page of ours by then never will: other incidents of the account are told of, too. */
const patience: Duration = 5 * 60_000;

/** Webhooks may be lost, and PagerDuty may have been told not to send any. */
const lookEvery: Duration = 60_000;

/** As whom we write, asked once it is needed: what that user did was us. Null while PagerDuty does not say. */
export function openSelf({ rest }: PagerClient, writes: boolean, log: Logger): () => Promise<string | null> {
  let known: string | null = null;
  let asked = 0;
  return async () => {
    if (known !== null || rest === null || !writes || Date.now() - asked < lookEvery) return known;
    asked = Date.now();
    try {
      ({ id: known } = await rest.self(AbortSignal.timeout(5_000)));
    } catch (error) {
      log.warn({ fault: explain(error) }, 'asking PagerDuty who we are');
    }
    return known;
  };
}

type Known = ReturnType<typeof openPeople>;

/** Records what waits, in its order. What names no page of ours yet may be early: its page is being confirmed. */
export async function drainHooks(
  { db, store, clock }: Engine,
  self: () => Promise<string | null>,
  known: Known,
): Promise<void> {
  const waiting = await waitingHooks(db, 2_000);
  if (waiting.length === 0) return;
  const us = await self();
  const awaits = await awaitsPager(db);
  for (const hook of waiting) {
    const report = reportOf(hook, us);
    const number = report === null ? undefined : await incidentOfPage(db, report.incident, report.dedupKey);
    // A key of ours would have been known before PagerDuty heard it.
    const early = report?.dedupKey === null && number === undefined && awaits;
    if (early && clock() - hook.at < patience) continue;
    if (report !== null && number !== undefined) {
      await store.record({ event: await known(report), number, cause: `pagerduty:${hook.id}` });
    }
    await settleHook(db, hook.id, clock());
  }
}

const reportOf = ({ body, at }: StoredHook, self: string | null) => translate(body, at, self);

/** Looks once a minute at the incidents that PagerDuty has of ours, and records what no webhook told. */
export function lookNowAndThen(
  { db, store, clock }: Engine,
  { rest }: PagerClient,
  known: Known,
  log: Logger,
  stack: AsyncDisposableStack,
): void {
  if (rest === null) return;
  const look = async (): Promise<void> => {
    for (const { incident: number, pager } of await pagedIncidents(db)) {
      const found = await rest.incident(pager, AbortSignal.timeout(10_000));
      const report = found === null ? null : reportOfLook(found, clock());
      if (found === null || report === null) continue;
      const cause = `pagerduty:look:${pager}:${found.status}:${found.changedAt}`;
      const answer = await store.record({ event: await known(report), number, cause });
      if (isRefusal(answer)) log.debug({ incident: number, refused: answer.refused }, 'looking at PagerDuty');
    }
  };
  const attempt = (): void =>
    void look().catch((error: unknown) => log.warn({ fault: explain(error) }, 'looking at PagerDuty'));
  // Webhooks of before the start may be lost for good.
  attempt();
  const timer = setInterval(attempt, lookEvery);
  stack.defer(() => clearInterval(timer));
}
