/** The performer: drains a lane. Claims its oldest due effect, hands it to the room, settles it with its outcome; and again. */
import type { Perform, Ring } from '../incident/contracts.ts';
import type { Event } from '../incident/event.ts';
import { explain, Terminal, Throttled } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Db } from '../store/database.ts';
import { claim as claimOldest, postpone, renew } from '../store/outbox.ts';
import type { Claim } from '../store/outbox.ts';
import { currentIncident } from '../store/queries.ts';
import { receiptsOf } from '../store/receipts.ts';
import type { Store } from '../store/store.ts';

/** How one attempt ended, for the log and the metrics. */
export type Ended = 'performed' | 'moved on' | 'lease lost' | 'throttled' | 'faulted' | 'given up';

/** What the performer needs. */
export interface PerformerParts {
  readonly db: Db;
  readonly store: Store;
  readonly perform: Perform;
  readonly clock: () => Instant;
  readonly random: () => number;
  readonly ring: (rings: readonly Ring[]) => void;
  readonly watch: (claim: Claim, ended: Ended, took: Duration, fault: string | null) => void;
}

/** A lane is somebody else's this long after its holder was last heard of; holders renew three times as often. */
const lease: Duration = 9_000;

/**
 * An effect that died with its process this often takes every process down: it is parked. Kill runs showed that five is
 * reached by effects that are only unlucky.
 */
const crashLimit = 20;

/** What could not be done for a day is not done late. */
const giveUpAfter: Duration = 24 * 3_600_000;

/** Performs what is due in a lane, oldest first, until nothing is or the lane is somebody else's. */
export async function drainLane(parts: PerformerParts, lane: string, stopping: () => boolean): Promise<void> {
  while (!stopping()) {
    const claim = await claimOldest(parts.db, lane, parts.clock(), lease);
    if (claim === null) return;
    await performOne(parts, claim);
  }
}

async function performOne(parts: PerformerParts, claim: Claim): Promise<void> {
  const { clock, db, store, watch } = parts;
  const started = clock();
  if (claim.incident === null) return performDue(parts, claim, started);
  const incident = await currentIncident(db, claim.incident);
  if (incident === undefined) throw new Error(`performing ${claim.effectId}: incident ${claim.incident} is missing`);
  if (claim.crashes >= crashLimit) {
    const why = `it ended ${claim.crashes} processes, so it was parked`;
    return giveUp(parts, claim, started, incident.version, why);
  }
  using held = keepLease(parts, claim);
  try {
    const outcome = await parts.perform({
      ...{
        effect: claim.effect,
        effectId: claim.effectId,
        attempt: claim.attempts,
        since: claim.since,
        now: started,
        incident,
      },
      receipts: receiptsOf(db, claim.incident, clock),
      signal: held.signal,
    });
    const mine = await store.finish(claim, incident.version, outcome, false);
    watch(claim, mine ? 'performed' : 'lease lost', clock() - started, null);
  } catch (error) {
    await faulted(parts, claim, started, incident.version, error);
  }
}

/** The timer of a checklist belongs to no incident yet: recording that it is due opens one. */
async function performDue(parts: PerformerParts, claim: Claim, started: Instant): Promise<void> {
  const { effect } = claim;
  try {
    const due: Event | null = effect.type === 'clock.wake' ? { ...effect.wake, at: started } : null;
    const mine = await parts.store.finish(claim, 0, due, false);
    parts.watch(claim, mine ? 'performed' : 'lease lost', parts.clock() - started, null);
  } catch (error) {
    await faulted(parts, claim, started, 0, error);
  }
}

/** Renews the lease until disposed of. The signal aborts when the lease was lost, or could not be renewed in time. */
function keepLease({ db, clock }: PerformerParts, claim: Claim): Disposable & { readonly signal: AbortSignal } {
  const lost = new AbortController();
  let until = clock() + lease;
  const renewed = (next: Instant): Promise<'mine' | 'lost' | 'no answer'> =>
    renew(db, claim, next).then(
      (mine) => (mine ? 'mine' : 'lost'),
      () => 'no answer',
    );
  const timer = setInterval(() => {
    const next = clock() + lease;
    void renewed(next).then((answer) => {
      if (answer === 'mine') until = next;
      else if (answer === 'lost' || clock() + lease / 3 > until)
        lost.abort(new Error(`the lease on ${claim.effectId} was lost`));
      return answer;
    });
  }, lease / 3);
  return { signal: lost.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

async function faulted(
  parts: PerformerParts,
  claim: Claim,
  started: Instant,
  version: number,
  error: unknown,
): Promise<void> {
  const now = parts.clock();
  const why = explain(error);
  const throttled = error instanceof Throttled;
  if (error instanceof Terminal || now - claim.since > giveUpAfter) return giveUp(parts, claim, started, version, why);
  const wait = throttled ? error.after : backoff(claim.attempts, parts.random());
  await postpone(parts.db, claim, now + wait, why, !throttled);
  const { room, lane, priority } = claim;
  parts.ring([{ room, lane, priority, due: now + wait }]);
  parts.watch(claim, throttled ? 'throttled' : 'faulted', now - started, why);
}

async function giveUp(
  parts: PerformerParts,
  claim: Claim,
  started: Instant,
  version: number,
  why: string,
): Promise<void> {
  const now = parts.clock();
  const { effect } = claim;
  const visit = 'visit' in effect ? effect.visit : null;
  const run = 'run' in effect ? effect.run : null;
  const event: Event = { type: 'EffectGivenUp', at: now, effect: effect.type, why, visit, run };
  await parts.store.finish(claim, version, claim.incident === null ? null : event, true);
  parts.watch(claim, 'given up', now - started, why);
}

/** Doubles from half a second to a minute, half of it by chance, so that a thousand effects don't return at once. */
const backoff = (attempts: number, random: number): Duration =>
  Math.round(Math.min(500 * 2 ** (attempts - 1), 60_000) * (0.5 + random / 2));
