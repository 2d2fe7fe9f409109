/** What the card's thread hears of alerts: one message for everything that changed since it was last told. */
import { nameOf } from '../../incident/alerts.ts';
import type { Alert } from '../../incident/incident.ts';
import { folded, mostShown, tally, worstFirst } from './alerts.ts';
import { lines, rich, said, time, words } from './rich.ts';
import type { Message } from './text.ts';

/** Draws changed alerts, worst first; at most ten lines and a count of the others. */
export function changesOf(changed: readonly Alert[]): Message {
  const alerts = worstFirst(Object.fromEntries(changed.map((alert) => [alert.fingerprint, alert])));
  const most = alerts.length > mostShown ? mostShown - 1 : mostShown;
  const rest = folded(alerts.slice(most));
  const rows = alerts.slice(0, most).map((alert) => {
    const fires = alert.status === 'firing';
    const since = fires ? alert.startsAt : (alert.endsAt ?? alert.changedAt);
    const says = words(fires ? ' firing since ' : ' resolved ');
    return [words(fires ? '🔴 ' : '🟢 '), said(nameOf(alert.labels), 100), says, time(since)];
  });
  if (rest !== null) rows.push([words(rest)]);
  return { text: `Alerts changed: ${tally(alerts)}`, blocks: [rich(lines(...rows))] };
}
