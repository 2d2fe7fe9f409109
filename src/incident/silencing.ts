/** Silences that people ask for at an incident: kept while they stand, prolonged while somebody works, lifted when it is over. */
import { clip } from './alerts.ts';
import { decide } from './decide.ts';
import { ask, change, draftOf, wakeAt } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { Refusal } from './event.ts';
import type { Facts } from './facts.ts';
import { isOpen } from './incident.ts';
import type { Incident } from './incident.ts';
import { isLifting, liftAll } from './lifting.ts';
import type { Silence, SilenceAsked, SilenceDue, SilenceOutcome } from './monitor.ts';
import { renewedUntil, silenceFor } from './silence-times.ts';

/** Somebody wants silence. */
export function askSilence(
  draft: Draft,
  { at, by, time: wanted, reason: given }: SilenceAsked,
  facts: Facts,
): Draft | Refusal {
  const { alerts, number, source } = draft.incident;
  if (source === null) return { refused: `Incident ${number} has no alerts to silence.` };
  if (facts.able.silence?.includes(source) !== true) {
    return {
      refused: `Vigie does not know the API of source ${source}: silence the alerts in Alertmanager, or add sources.${source}.api to vigie.yaml.`,
    };
  }
  const time = silenceFor(wanted);
  if (typeof time !== 'number') return time;
  const fingerprints = Object.values(alerts)
    .filter(({ status, muted }) => status === 'firing' && muted === null)
    .map(({ fingerprint }) => fingerprint);
  if (fingerprints.length === 0)
    return { refused: `None of the alerts of incident ${number} fires unhidden: there is nothing to silence.` };
  const until = at + time;
  const reason = clip(given, 300);
  const said = change(draft, {}, { type: 'SilenceAsked', at, by, until, reason, alerts: fingerprints.length });
  return ask(said, {
    type: 'alertmanager.silence',
    ...{ source, fingerprints, until, time, by, reason },
  });
}

/** What became of a silence, or that its last quarter has come. */
export function silenceTold(
  incident: Incident,
  event: SilenceOutcome | (SilenceDue & { readonly at: number }),
  facts: Facts,
): Decision | Refusal {
  const { at } = event;
  const draft = draftOf(incident);
  switch (event.type) {
    case 'AlertsSilenced':
      return decide(incident, made(draft, event), at, facts);
    case 'SilenceRefused':
      return decide(
        incident,
        change(draft, {}, { type: 'SilenceRefused', at, by: event.by, says: clip(event.says, 300) }),
        at,
        facts,
      );
    case 'SilenceExtended': {
      const known = incident.silences.find(({ id }) => id === event.id);
      if (known === undefined) return gone(incident);
      const next: Silence = { ...known, id: event.next, until: event.until };
      const silences = incident.silences.map((one) => (one === known ? next : one));
      const { matchers } = known;
      const said = change(draft, { silences }, { type: 'SilenceExtended', at, matchers, until: event.until });
      return decide(incident, isOpen(incident) ? timed(said, next, at) : liftAll(said), at, facts);
    }
    case 'SilenceEnded':
      return ended(incident, event.id, event.taken, event.at, facts);
    case 'SilenceDue':
      return due(incident, event, facts);
  }
}

const gone = ({ number }: Incident): Refusal => ({ refused: `Incident ${number} knows no such silence any more.` });

function made(draft: Draft, event: Extract<SilenceOutcome, { type: 'AlertsSilenced' }>): Draft {
  const { at, by, mark, time } = event;
  const fresh = event.silences.map((silence): Silence => ({ ...silence, mark, by, time, ending: false }));
  const ids = new Set(fresh.map(({ id }) => id));
  const silences = [...draft.incident.silences.filter(({ id }) => !ids.has(id)), ...fresh];
  const matchers = fresh.map((silence) => silence.matchers);
  const until = Math.max(...fresh.map((silence) => silence.until));
  const said = change(draft, { silences }, { type: 'AlertsSilenced', at, by, until, matchers });
  // It was over before the silence came.
  if (!isOpen(draft.incident)) return liftAll(said);
  return fresh.reduce((next, silence) => timed(next, silence, at), said);
}

/** Wakes in the last quarter, again and again: somebody may take the incident on at any time of it. */
const timed = (draft: Draft, { id, time, until }: Silence, at: number): Draft =>
  [time / 4, time / 8, time / 16, 0]
    .map((left) => Math.round(until - left))
    .filter((when) => when > at)
    .reduce((next, when) => wakeAt(next, when, { type: 'SilenceDue', id, until }), draft);

function ended(incident: Incident, id: string, taken: string | null, at: number, facts: Facts): Decision | Refusal {
  const known = incident.silences.find((silence) => silence.id === id);
  if (known === undefined) return gone(incident);
  const silences = incident.silences.filter((silence) => silence !== known);
  const { matchers, ending } = known;
  const line = { type: 'SilenceEnded', at, matchers, taken, ours: ending } as const;
  return decide(incident, change(draftOf(incident), { silences }, line), at, facts);
}

function due(
  incident: Incident,
  { at, id, until }: SilenceDue & { readonly at: number },
  facts: Facts,
): Decision | Refusal {
  const known = incident.silences.find((silence) => silence.id === id);
  if (known === undefined || known.until !== until || isLifting(known)) return gone(incident);
  if (at >= until) return ended(incident, id, null, at, facts);
  const next = renewedUntil({ ...known, at, worked: incident.human.is === 'acknowledged' });
  if (next === null || incident.source === null) return { refused: 'This silence is left as it is.' };
  const said = change(draftOf(incident), {}, { type: 'SilenceProlonged', at, until: next });
  const { mark } = known;
  const wish = { type: 'alertmanager.extend', source: incident.source, id, mark, until: next } as const;
  return decide(incident, ask(said, wish), at, facts);
}
