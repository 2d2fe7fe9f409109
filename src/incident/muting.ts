/** Alerts that fire and are hidden: while all of them are, the signal is muted and nobody is called. */
import { keepsFiring, nameOf } from './alerts.ts';
import { decide } from './decide.ts';
import { change, draftOf } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { AlertName, AlertsReported, Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { isOpen } from './incident.ts';
import type { Alert, Incident, Instant, Muting } from './incident.ts';
import { mutedWords } from './monitor-sentences.ts';
import type { HeartbeatEvent, MutingEvent } from './monitor.ts';
import { moveSignal } from './signal.ts';

/** Whether the second tells nothing that the first did not. */
export function sameMuting(known: Muting | null, told: Muting | null): boolean {
  if (known === null || told === null) return known === told;
  if (known.is === 'silenced')
    // An answer that has lost the silence's end tells less, not something else.
    return told.is === 'silenced' && told.id === known.id && (told.until === known.until || told.until === null);
  return told.is === known.is && told.by.join('\n') === known.by.join('\n');
}

/** Takes in what a poll found. What changed about an alert since the poll was asked is newer, and stays. */
export function mutingTold(incident: Incident, event: MutingEvent, facts: Facts): Decision | Refusal {
  const { at } = event;
  const draft = draftOf(incident);
  switch (event.type) {
    case 'AlertsMuted': {
      const hidden = event.alerts.filter(({ fingerprint, by }) => {
        const alert = firing(incident, fingerprint, at);
        return alert !== null && (!sameMuting(alert.muted, by) || incident.signal.is === 'unknown');
      });
      const alerts = patched(
        incident.alerts,
        hidden.map(({ fingerprint, by }): [string, Muting] => [fingerprint, by]),
      );
      const all = isOpen(incident) && hidesAll(alerts);
      const ours = new Set(incident.silences.map(({ id }) => id));
      const groups = [...Map.groupBy(hidden, ({ by }) => mutedWords(by)).values()];
      const said = groups.reduce((next, group, index) => {
        const by = group[0]?.by;
        if (by === undefined) return next;
        const names = namesOf(
          incident,
          group.map(({ fingerprint }) => fingerprint),
        );
        const isOurs = by.is === 'silenced' && ours.has(by.id);
        const last = index === groups.length - 1;
        return change(next, { alerts }, { type: 'AlertsMuted', at, alerts: names, by, ours: isOurs, all: all && last });
      }, draft);
      return hidden.length === 0 ? nothing(incident) : decide(incident, moveSignal(said, at, false), at, facts);
    }
    case 'AlertsUnmuted': {
      const shown = event.alerts
        .map(({ fingerprint }) => fingerprint)
        .filter((fingerprint) => (firing(incident, fingerprint, at)?.muted ?? null) !== null);
      if (shown.length === 0) return nothing(incident);
      const alerts = patched(
        incident.alerts,
        shown.map((fingerprint): [string, null] => [fingerprint, null]),
      );
      const said = change(draft, { alerts }, { type: 'AlertsUnmuted', at, alerts: namesOf(incident, shown) });
      return decide(incident, moveSignal(said, at, false), at, facts);
    }
    case 'AlertsSeen': {
      const seen = event.fingerprints.filter((fingerprint) => firing(incident, fingerprint, at) !== null);
      if (seen.length === 0 || incident.signal.is !== 'unknown') return nothing(incident);
      const said: Draft = change(draft, {}, { type: 'AlertsSeen', at, alerts: namesOf(incident, seen) });
      return decide(incident, moveSignal(said, at, false), at, facts);
    }
    case 'SignalLost': {
      if (!isOpen(incident) || incident.signal.is !== 'firing') return nothing(incident);
      const { source, cluster } = event;
      const lost = change(draft, { signal: { is: 'unknown' } }, { type: 'SignalLost', at, source, cluster });
      return decide(incident, lost, at, facts);
    }
    case 'SilenceNoticed':
      return decide(incident, change(draft, {}, { type: 'SilenceNoticed', at, says: event.says }), at, facts);
  }
}

/** A source that was silent repeats that alerts fire, which nobody knew any more. */
export function heardAgain(draft: Draft, { alerts, at }: AlertsReported): Draft {
  const { incident } = draft;
  const fires = alerts.filter(({ fingerprint, status }) => status === 'firing' && fingerprint in incident.alerts);
  if (incident.signal.is !== 'unknown' || fires.length === 0) return draft;
  const names = namesOf(
    incident,
    fires.map(({ fingerprint }) => fingerprint),
  );
  return change(draft, {}, { type: 'AlertsSeen', at, alerts: names });
}

const nothing = (incident: Incident): Decision => ({ incident, lines: [], effects: [] });

/** An alert that fires and did not change since; null for others. */
function firing({ alerts }: Incident, fingerprint: string, at: Instant): Alert | null {
  const alert = alerts[fingerprint];
  return alert === undefined || alert.status !== 'firing' || alert.changedAt >= at ? null : alert;
}

const patched = (
  alerts: Incident['alerts'],
  mutings: readonly (readonly [fingerprint: string, muted: Muting | null])[],
): Incident['alerts'] => ({
  ...alerts,
  ...Object.fromEntries(
    mutings.flatMap(([fingerprint, muted]) => {
      const alert = alerts[fingerprint];
      return alert === undefined ? [] : [[fingerprint, { ...alert, muted }]];
    }),
  ),
});

const hidesAll = (alerts: Incident['alerts']): boolean =>
  !Object.values(alerts).some((alert) => keepsFiring(alert) && alert.muted === null);

const namesOf = ({ alerts }: Incident, fingerprints: readonly string[]): readonly AlertName[] =>
  fingerprints.map((fingerprint) => ({ fingerprint, name: nameOf(alerts[fingerprint]?.labels ?? {}) }));

/** The heartbeat whose silence opened this incident is heard again: it is over. */
export function heartReturned(
  incident: Incident,
  { at, cluster, silentSince }: Extract<HeartbeatEvent, { type: 'HeartbeatReturned' }>,
  facts: Facts,
): Decision | Refusal {
  if (!isOpen(incident)) return { refused: `Incident ${incident.number} is over already.` };
  const why = 'Resolved: the heartbeat is heard again.';
  const said = change(draftOf(incident), {}, { type: 'HeartbeatReturned', at, cluster, silentSince });
  const signal = { is: 'clear', since: at } as const;
  return decide(incident, change(said, { signal }, { type: 'Resolved', at, why }), at, facts);
}
