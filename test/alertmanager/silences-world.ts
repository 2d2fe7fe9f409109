/** An Alertmanager in memory that knows silences by their whole rules of identity, and loses answers when it is told to. */
import type { Api, SilenceWish } from '../../src/alertmanager/api.ts';
import type { ApiAlert, ApiSilence } from '../../src/alertmanager/api-answers.ts';
import { AlertmanagerError } from '../../src/alertmanager/api-error.ts';
import type { SilenceOrder } from '../../src/alertmanager/silences.ts';
import { at, listed, noon } from './reconcile-world.ts';

/** How often a post lands and its answer is lost. */
export interface Losses {
  posts: number;
}

/** An Alertmanager that lists these alerts. */
export function openWorld(alerts: readonly ApiAlert[], losses: Losses = { posts: 0 }) {
  const silences = new Map<string, ApiSilence>();
  const silencedBy = ({ labels }: ApiAlert): string[] =>
    [...silences.values()]
      .filter(
        ({ matchers, state }) =>
          state === 'active' &&
          matchers.every(({ name, value, isRegex }) =>
            isRegex ? new RegExp(`^(?:${value})$`).test(labels[name] ?? '') : value === (labels[name] ?? ''),
          ),
      )
      .map(({ id }) => id);
  const end = (id: string): void => {
    const one = silences.get(id);
    if (one !== undefined) silences.set(id, { ...one, state: 'expired' });
  };
  const post = ({ id, startsAt, endsAt, matchers, comment, createdBy }: SilenceWish): string => {
    const old = id === null ? undefined : silences.get(id);
    const isSame =
      old?.state === 'active' && old.startsAt === startsAt && JSON.stringify(old.matchers) === JSON.stringify(matchers);
    if (old !== undefined && !isSame) end(old.id);
    const next = isSame ? old.id : `s${silences.size + 1}`;
    silences.set(next, {
      ...{ id: next, state: 'active', startsAt, endsAt, comment, createdBy },
      matchers: [...matchers],
    });
    return next;
  };
  const api: Pick<Api, 'alerts' | 'expireSilence' | 'postSilence' | 'silence' | 'silences'> = {
    alerts: async () => alerts.map((alert) => ({ ...alert, silencedBy: silencedBy(alert) })),
    silences: async () => [...silences.values()],
    silence: async (id) => silences.get(id) ?? null,
    postSilence: async (wish) => {
      const id = post(wish);
      if (losses.posts > 0) {
        losses.posts -= 1;
        throw new AlertmanagerError('ambiguous', 'there was no answer');
      }
      return id;
    },
    expireSilence: async (id) => {
      end(id);
      return silences.has(id);
    },
  };
  return { api, end, all: () => [...silences.values()], put: (one: ApiSilence) => void silences.set(one.id, one) };
}

/** Two pods of the checkout, and an alert of somebody else. */
export const evening = [
  listed({ fingerprint: 'a1', labels: { alertname: 'HighLatency', service: 'checkout', pod: 'a' } }),
  listed({ fingerprint: 'a2', labels: { alertname: 'HighLatency', service: 'checkout', pod: 'b' } }),
  listed({ fingerprint: 'a3', labels: { alertname: 'HighErrorRate', service: 'checkout' } }),
  listed({ fingerprint: 'ff', labels: { alertname: 'HighLatency', service: 'search', pod: 'a' } }),
];

/** Ana's wish for an hour of silence. */
export const order: SilenceOrder = {
  mark: '12-3-0',
  incident: 12,
  fingerprints: ['a1', 'a2', 'a3'],
  until: at(3_600),
  by: 'Ana',
  reason: 'rolling back',
};

/** Nothing ends it. */
export const endless = (): AbortSignal => new AbortController().signal;

/** A clock at noon. */
export const clock = (): number => noon;
