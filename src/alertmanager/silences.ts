/** Silences for an incident: made once whatever answer was lost, prolonged while somebody works, expired when it is over. */
import { isRefusal, type Refusal } from '../incident/event.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Api } from './api.ts';
import type { ApiAlert, ApiMatcher, ApiSilence } from './api-answers.ts';
import { line } from './api-words.ts';
import { type Cover, hides, matchersOf, planCovers } from './silences-plan.ts';

/** What the performers are handed. */
export interface SilenceParts {
  readonly api: Pick<Api, 'alerts' | 'expireSilence' | 'postSilence' | 'silence' | 'silences'>;
  readonly clock: () => Instant;
}

/** A wish for silence. */
export interface SilenceOrder {
  /** Name of the wish, the same in every attempt: the effect's id, which begins with the incident's number. */
  readonly mark: string;
  readonly incident: number;
  /** The alerts to hide. */
  readonly fingerprints: readonly string[];
  /** Counted from when it was wished for, not from when an attempt goes well. */
  readonly until: Instant;
  /** Who asked, by name. */
  readonly by: string;
  readonly reason: string;
}

/** A silence that stands. Keep the id: it is the only way back. */
export interface Silenced {
  readonly id: string;
  readonly until: Instant;
  readonly startedAt: Instant;
  /** Its matchers as people write them. */
  readonly matchers: string;
  /** Which of the alerts it hides. */
  readonly fingerprints: readonly string[];
}

/**
 * Silences alerts that fire, and answers every silence of this mark. Throws the API's errors; any attempt may follow any
 * other, because what an earlier one made is found by its mark.
 */
export async function silenceAlerts(
  parts: SilenceParts,
  order: SilenceOrder,
  signal: AbortSignal,
): Promise<{ readonly silenced: readonly Silenced[] } | Refusal> {
  const { api, clock } = parts;
  const made = (await api.silences(signal)).filter(
    ({ comment, state }) => markOf(comment) === order.mark && state !== 'expired',
  );
  const alerts = await api.alerts(signal);
  const wanted = new Set(order.fingerprints);
  // In an order of their own: the same alerts make the same silences.
  const ours = alerts
    .filter(({ fingerprint }) => wanted.has(fingerprint))
    .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  const silenced = made.map((silence) => standing(silence, ours));
  const madeIds = new Set(made.map(({ id }) => id));
  const open = ours.filter(({ silencedBy }) => !silencedBy.some((id) => madeIds.has(id)));
  if (open.length === 0 && made.length > 0) return { silenced };
  if (open.length === 0) return { refused: 'None of these alerts fires any more: there is nothing to silence.' };
  if (clock() >= order.until)
    return { refused: 'Alertmanager could not be reached until the silence would have been over. Ask again.' };
  const others = alerts.filter(({ fingerprint }) => !wanted.has(fingerprint));
  const covers = planCovers(labelsOf(open), labelsOf(others));
  if (isRefusal(covers)) return covers;
  for (const cover of covers) {
    // One after the other: when one fails, the next attempt finds those before it.
    // oxlint-disable-next-line no-await-in-loop -- see above
    silenced.push(await post(parts, order, cover, open, signal));
  }
  return { silenced };
}

const labelsOf = (alerts: readonly ApiAlert[]) => alerts.map(({ labels }) => labels);

/** Our clock may be ahead of Alertmanager's: a silence that begins in the future would hide nothing yet. A past beginning becomes now. */
const early: Duration = 60_000;

async function post(
  { api, clock }: SilenceParts,
  { by, incident, mark, reason, until }: SilenceOrder,
  cover: Cover,
  alerts: readonly ApiAlert[],
  signal: AbortSignal,
): Promise<Silenced> {
  const matchers = matchersOf(cover);
  const startedAt = clock() - early;
  const why = line(reason, 300);
  const id = await api.postSilence(
    {
      id: null,
      matchers,
      startsAt: new Date(startedAt).toISOString(),
      endsAt: until,
      createdBy: `${line(by, 80) || 'somebody'} by Vigie`,
      comment: `Incident ${incident}${why === '' ? '' : `: ${why}`} [vigie ${mark}]`,
    },
    signal,
  );
  const fingerprints = alerts.filter(({ labels }) => hides(cover, labels)).map(({ fingerprint }) => fingerprint);
  return { id, until, startedAt, matchers: printMatchers(matchers), fingerprints };
}

const standing = ({ id, startsAt, endsAt, matchers }: ApiSilence, alerts: readonly ApiAlert[]): Silenced => ({
  ...{ id, until: endsAt, startedAt: Date.parse(startsAt), matchers: printMatchers(matchers) },
  fingerprints: alerts.filter(({ silencedBy }) => silencedBy.includes(id)).map(({ fingerprint }) => fingerprint),
});

/** As in Alertmanager: `alertname="HighLatency", pod=~"a|b"`. */
export const printMatchers = (matchers: readonly ApiMatcher[]): string =>
  matchers
    .map(({ name, value, isRegex, isEqual }) => {
      const sign = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
      return `${line(name, 100)}${sign}${JSON.stringify(line(value, 200))}`;
    })
    .join(', ');

/** The mark of a comment: its end, which no reason that a person gives can be. */
export const markOf = (comment: string): string | null => /\[vigie ([\w.:-]{1,100})\]$/.exec(comment)?.[1] ?? null;

/** What became of a silence. */
export type SilenceEnd =
  /** It lasts until then, under this id, which may be a new one. */
  | { readonly is: 'lasts'; readonly id: string; readonly until: Instant }
  | { readonly is: 'over'; readonly id: string }
  /** Somebody made it their own by another comment: it is left alone. */
  | { readonly is: 'taken over'; readonly id: string; readonly by: string; readonly until: Instant };

/** Makes a silence of this mark last until then. One that is over stays over: somebody may have wanted that. */
export async function extendSilence(
  { api }: SilenceParts,
  { id, mark, until }: { readonly id: string; readonly mark: string; readonly until: Instant },
  signal: AbortSignal,
): Promise<SilenceEnd> {
  // A lost answer may have made another one of the old, under a new id: that is found by its mark.
  const found = await currentOf(api, id, mark, signal);
  if (found === null) return { is: 'over', id };
  const { startsAt, endsAt, matchers, createdBy, comment } = found;
  if (markOf(comment) !== mark) return takenOver(found);
  if (endsAt >= until) return { is: 'lasts', id: found.id, until: endsAt };
  const next = await api.postSilence({ id: found.id, matchers, startsAt, endsAt: until, createdBy, comment }, signal);
  return { is: 'lasts', id: next, until };
}

/** Ends a silence of this mark before its time. */
export async function expireSilence(
  { api }: SilenceParts,
  { id, mark }: { readonly id: string; readonly mark: string },
  signal: AbortSignal,
): Promise<SilenceEnd> {
  const found = await currentOf(api, id, mark, signal);
  if (found === null) return { is: 'over', id };
  if (markOf(found.comment) !== mark) return takenOver(found);
  await api.expireSilence(found.id, signal);
  return { is: 'over', id: found.id };
}

const takenOver = ({ id, createdBy, endsAt }: ApiSilence): SilenceEnd => ({
  ...{ is: 'taken over', id, until: endsAt },
  by: line(createdBy, 120),
});

/** The silence as it is now; null when it is over. */
async function currentOf(
  api: SilenceParts['api'],
  id: string,
  mark: string,
  signal: AbortSignal,
): Promise<ApiSilence | null> {
  const known = await api.silence(id, signal);
  if (known !== null && known.state !== 'expired') return known;
  const matchers = JSON.stringify(known?.matchers ?? []);
  const heirs = (await api.silences(signal)).filter(
    ({ comment, state, ...one }) =>
      state !== 'expired' && markOf(comment) === mark && JSON.stringify(one.matchers) === matchers,
  );
  return heirs[0] ?? null;
}
