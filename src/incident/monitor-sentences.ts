/** What the timeline keeps of silences, hidden alerts and heartbeats, as sentences for a person. */
import { count, fullStop, spokenTime } from '../access/spoken.ts';
import type { AlertName } from './event.ts';
import type { Instant, Muting } from './incident.ts';
import type { MonitorLine } from './monitor.ts';

const kinds: Readonly<Record<MonitorLine['type'], true>> = {
  ...{ AlertsMuted: true, AlertsUnmuted: true, AlertsSeen: true, SilenceNoticed: true, SignalLost: true },
  ...{ SilenceAsked: true, AlertsSilenced: true, SilenceRefused: true, SilenceProlonged: true },
  ...{ SilenceExtended: true, SilenceEnded: true, HeartbeatMissed: true, HeartbeatReturned: true },
  EmergencyPaged: true,
};

/** Whether a line tells of silences, hidden alerts or heartbeats. */
export const isMonitorLine = (line: { readonly type: string }): line is MonitorLine => Object.hasOwn(kinds, line.type);

/** One line as one sentence. */
export function monitorSentence(line: MonitorLine): string {
  switch (line.type) {
    case 'AlertsMuted':
      if (line.ours && line.all) return 'Everything that fires is silenced, so nobody is called.';
      return `${count(line.alerts.length, 'alert')} ${mutedWords(line.by)}: ${listed(line.alerts)}.${line.all ? ' Nothing else fires, so nobody is called.' : ''}`;
    case 'AlertsUnmuted':
      return `${count(line.alerts.length, 'alert')} fire unhidden again: ${listed(line.alerts)}.`.replace(
        '1 alert fire ',
        '1 alert fires ',
      );
    case 'AlertsSeen':
      return `Alertmanager still lists ${count(line.alerts.length, 'alert')}: ${listed(line.alerts)}.`;
    case 'SilenceNoticed':
    case 'HeartbeatMissed':
      return line.says;
    case 'SignalLost':
      return `Nothing is heard of ${line.cluster || line.source} any more, so it is not known whether this still fires. The escalation goes on.`;
    case 'SilenceAsked':
      return `${line.by.name} asked to silence ${count(line.alerts, 'alert')} until ${clockTime(line.until)}${line.reason === '' ? '.' : `: ${fullStop(line.reason)}`}`;
    case 'AlertsSilenced':
      return `Silenced for ${line.by.name} until ${clockTime(line.until)}: ${line.matchers.join('; ')}.`;
    case 'SilenceRefused':
      return `The silence that ${line.by.name} asked for was not made: ${fullStop(line.says)}`;
    case 'SilenceProlonged':
      return `Somebody works on it, so its silence is to last until ${clockTime(line.until)}.`;
    case 'SilenceExtended':
      return `The silence lasts until ${clockTime(line.until)}: ${line.matchers}.`;
    case 'SilenceEnded':
      if (line.taken !== null)
        return `${line.taken || 'Somebody'} changed the silence in Alertmanager, so Vigie leaves it alone: ${line.matchers}.`;
      return line.ours ? `The silence was lifted: ${line.matchers}.` : `The silence is over: ${line.matchers}.`;
    case 'EmergencyPaged':
      return `While its database was away, Vigie paged PagerDuty from memory at ${clockTime(line.pagedAt)}.`;
    case 'HeartbeatReturned':
      return `The heartbeat${line.cluster === '' ? '' : ` of ${line.cluster}`} is heard again, after ${spokenTime(line.at - line.silentSince)} of silence.`;
  }
}

/** What hides an alert, after its name or its number: `silenced by Ana until 14:00 UTC`. Text from outside stands in it. */
export function mutedWords(muting: Muting): string {
  switch (muting.is) {
    case 'silenced': {
      const by = muting.by === '' ? '' : ` by ${muting.by}`;
      return `silenced${by}${muting.until === null ? '' : ` until ${clockTime(muting.until)}`}`;
    }
    case 'inhibited':
      return `hidden by ${count(muting.by.length, 'other alert')} that Alertmanager puts first`;
    case 'timed':
      return `hidden by the mute time ${muting.by.join(', ')}`;
  }
}

/** At most five names, and how many more. */
function listed(alerts: readonly AlertName[]): string {
  const names = alerts.slice(0, 5).map(({ name }) => name);
  return alerts.length > 5 ? `${names.join(', ')} and ${alerts.length - 5} more` : names.join(', ');
}

const clockTime = (at: Instant): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;
