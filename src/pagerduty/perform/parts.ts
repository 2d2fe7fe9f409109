/** What every performer of this room is handed, and how a page that fails ends. */
import type { PageOutcome, PageWay } from '../../incident/pager.ts';
import type { Refusal } from '../../incident/event.ts';
import { Throttled } from '../../incident/fault.ts';
import type { Duration, Instant } from '../../incident/incident.ts';
import type { PagerIncident } from '../answers.ts';
import type { PagerClient } from '../client.ts';
import { endOf, type PagerWork, patience } from '../effects.ts';
import { faultOf, PagerError, usualPause } from '../pager-error.ts';
import type { Rest } from '../rest.ts';
import type { Setting } from '../settings.ts';

/** What the performers need. */
export interface PagerParts {
  readonly client: PagerClient;
  readonly clock: () => Instant;
  /** Whether REST may write: it does so in the name of a user. */
  readonly writes: boolean;
  /** The routing key of a name, or a sentence that says which setting is missing. */
  readonly keyOf: (routing: string, service: string | null) => Setting | Refusal;
  /** The address of a fallback webhook, which is a secret. */
  readonly webhookOf: (name: string) => Setting | Refusal;
  /**
   * PagerDuty's id of the incident that a webhook told of, for this incident of ours and dedup key; null when none has. It
   * spares asking, and is all there is without a token. The key alone won't do: our next incident may have it again.
   */
  readonly heardOf: (incident: number, dedupKey: string) => Promise<string | null>;
  /** Whether an incident of PagerDuty, by its id, was made of a page for another incident of ours. */
  readonly isOfAnother: (incident: number, pager: string) => Promise<boolean>;
}

/** Work on a page. */
type PageWork = PagerWork<Extract<PagerWork['effect'], { page: string }>>;

/** A page that was sent. */
export const sent = ({ effect }: PageWork, way: PageWay, at: Instant): PageOutcome => ({
  ...{ type: 'PageSent', at, page: effect.page, dedupKey: effect.dedupKey },
  way,
});

/** A page that failed. */
export const failed = (
  { effect }: PageWork,
  way: PageWay,
  at: Instant,
  says: string,
  hopeless: boolean,
): PageOutcome => ({
  ...{ type: 'PageFailed', at, page: effect.page, dedupKey: effect.dedupKey },
  ...{ way, says, hopeless },
});

/** Attempts that a page is worth before something else is tried. */
const attempts = 3;

/** The end of a page after an error, or the fault with which it waits or is tried again: somebody sleeps while it fails. */
export function failure(error: unknown, work: PageWork, way: PageWay, at: Instant): PageOutcome {
  // Losing the lease says nothing about PagerDuty.
  if (work.signal.aborted || !(error instanceof PagerError)) throw error;
  // One that is late has its next try from the core.
  const late = 'late' in work.effect && work.effect.late !== undefined;
  const isOver =
    late ||
    (error.kind === 'throttled'
      ? at + (error.retryAfter ?? usualPause) > endOf(work)
      : error.hopeless || work.attempt >= attempts || at > endOf(work));
  if (isOver) return failed(work, way, at, error.says, error.hopeless);
  throw faultOf(`paging ${work.effect.page}`, error);
}

/** Between two looks for something that PagerDuty has not made yet. */
export const lookAgain: Duration = 5_000;

/**
 * PagerDuty's id of the open incident of a dedup key. Waits for as long as it may still be made, and answers null when it
 * is not there after that.
 */
export async function incidentOf(
  { clock, heardOf }: PagerParts,
  rest: Rest,
  { effect, incident, since, signal }: PagerWork<Extract<PagerWork['effect'], { incident: string | null }>>,
): Promise<string | null> {
  const known = effect.incident ?? (await heardOf(incident.number, effect.dedupKey));
  if (known !== null) return known;
  const [found] = await rest.find(effect.dedupKey, signal);
  // One that is resolved may be of an earlier page with the same key.
  if (found !== undefined && found.status !== 'resolved') return found.id;
  if (clock() + lookAgain > since + patience) return null;
  throw new Throttled('PagerDuty has no incident for the page yet', lookAgain);
}

/** Whether an incident proves a page: it is open, or somebody was fast enough to resolve it since. */
export const proves = ({ status, changedAt }: PagerIncident, sentAt: Instant): boolean =>
  status !== 'resolved' || changedAt >= sentAt - skew;

/** PagerDuty's clock and ours may differ by this much; besides, it tells whole seconds only. */
export const skew: Duration = 15_000;
