/** What to say of silences that somebody else made on an incident's alerts: that one is about to end, and that one has ended. */
import type { Duration, Instant, Muting } from '../incident/incident.ts';
import type { Fact, Held } from './reconcile.ts';

/** A note for the people of an incident. Names in it are plain text from outside. */
export interface Notice {
  /** The same for the same occasion: told once. */
  readonly once: string;
  readonly says: string;
  readonly fingerprints: readonly string[];
}

type Silencing = Extract<Muting, { is: 'silenced' }>;

/** So long before its end a silence is spoken of. */
const ahead: Duration = 600_000;

/** Notices about the silences of others. `ours` are the ids of Vigie's own, which it looks after by itself. */
export function noticesOf(
  held: readonly Held[],
  facts: readonly Fact[],
  ours: ReadonlySet<string>,
  at: Instant,
): readonly Notice[] {
  const isForeign = (muting: Muting | null): muting is Silencing => muting?.is === 'silenced' && !ours.has(muting.id);
  const over = new Set(facts.map(({ fingerprint }) => fingerprint));
  const ending = held.flatMap(({ alert, muted }) =>
    isForeign(muted) &&
    !over.has(alert.fingerprint) &&
    muted.until !== null &&
    muted.until > at &&
    muted.until <= at + ahead
      ? [{ silence: muted, fingerprint: alert.fingerprint }]
      : [],
  );
  const ended = facts.flatMap((fact) =>
    (fact.is === 'unmuted' || fact.is === 'refired') && isForeign(fact.was)
      ? [{ silence: fact.was, fingerprint: fact.fingerprint }]
      : [],
  );
  return [
    ...bySilence(
      ended,
      'ended',
      (silence, alerts) => `${nameOf(silence)} on ${alerts} ended, and what it hid still fires.`,
    ),
    ...bySilence(
      ending,
      'ends',
      (silence, alerts) =>
        `${nameOf(silence)} on ${alerts} ends at ${clockTime(silence.until ?? at)}. What still fires then counts again.`,
    ),
  ];
}

interface Affected {
  readonly silence: Silencing;
  readonly fingerprint: string;
}

function bySilence(
  affected: readonly Affected[],
  what: 'ends' | 'ended',
  says: (silence: Silencing, alerts: string) => string,
): readonly Notice[] {
  const groups = Map.groupBy(affected, ({ silence }) => `${silence.id}:${silence.until ?? ''}`);
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const fingerprints = group.map(({ fingerprint }) => fingerprint);
    const alerts = fingerprints.length === 1 ? '1 alert' : `${fingerprints.length} alerts`;
    return [{ once: `silence ${what} ${key}`, says: says(first.silence, alerts), fingerprints }];
  });
}

const nameOf = ({ by }: Silencing): string => (by === '' ? 'A silence' : `The silence of ${by}`);

const clockTime = (at: Instant): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;
