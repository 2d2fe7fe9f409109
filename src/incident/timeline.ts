/** The timeline in words: one line, one sentence. Names come from labels, so the text is hostile until a room escapes it. */
import { refusedSentence } from '../access/refused.ts';
import { fullStop } from '../access/spoken.ts';
import { diagnosisSentence } from '../action/diagnosis.ts';
import { runSentence } from '../action/sentences.ts';
import type { AlertName, Line } from './event.ts';
import type { StepLine } from '../runbook/events.ts';
import type { Duration } from './incident.ts';
import { isMonitorLine, monitorSentence } from './monitor-sentences.ts';
import { isPagerLine, pagerSentence } from './pager-sentences.ts';
import { isSteerLine, steerSentence } from './steer-sentences.ts';

/** A duration as people say it: `45 s`, `5 min`, `2 h 30 min`, `3 d`. */
export function spoken(duration: Duration): string {
  const seconds = Math.max(0, Math.round(duration / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** `1 alert`, `2 alerts`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** At most five names, and how many more. */
function listed(alerts: readonly AlertName[]): string {
  const names = alerts.slice(0, 5).map((alert) => alert.name);
  return alerts.length > 5 ? `${names.join(', ')} and ${alerts.length - 5} more` : names.join(', ');
}

/** One line of the timeline as one sentence for a person. */
export function sentence(line: Line): string {
  if (isPagerLine(line)) return pagerSentence(line);
  if (isSteerLine(line)) return steerSentence(line);
  if (isMonitorLine(line)) return monitorSentence(line);
  switch (line.type) {
    case 'Opened':
      return `${line.by.name} opened the incident: ${line.title} (${line.severity}).`;
    case 'AlertsChanged':
      return [
        line.fired.length > 0 ? `${counted(line.fired.length, 'alert')} fired: ${listed(line.fired)}.` : '',
        line.resolved.length > 0 ? `${counted(line.resolved.length, 'alert')} resolved: ${listed(line.resolved)}.` : '',
        line.edited.length > 0 ? `${counted(line.edited.length, 'alert')} changed: ${listed(line.edited)}.` : '',
      ]
        .filter((part) => part !== '')
        .join(' ');
    case 'GroupJoined':
      return `An alert group of receiver ${line.receiver} joined.`;
    case 'AlertsTruncated':
      return line.truncated === 0
        ? `Receiver ${line.receiver} sends all its alerts again.`
        : `Alertmanager's max_alerts hides ${counted(line.truncated, 'alert')} from receiver ${line.receiver}; they count as firing.`;
    case 'LateCopySeen':
      return `A late copy said that ${listed(line.alerts)} fires; it is older than the resolve and was not believed.`;
    case 'SeverityRose':
      return `Severity rose from ${line.from} to ${line.to}.`;
    case 'Cleared':
      return `All alerts cleared. Resolved if it stays so for ${spoken(line.until - line.at)}.`;
    case 'FiredAgain':
      return 'Firing again before the recovery hold ended.';
    case 'Flapped':
      return `Flapping: ${line.transitions} changes between firing and clear. All-clear must now last ${spoken(line.hold)}.`;
    case 'Resolved':
      return line.why ?? 'Resolved: all alerts stayed clear.';
    case 'Reopened':
      return `Firing again: re-opened as episode ${line.episode}.`;
    case 'Acknowledged':
      return `${line.by.name} acknowledged ${line.where === undefined ? '' : `in ${line.where} `}for ${spoken(line.until - line.at)}.`;
    case 'LeaseEnding':
      return `${line.by.name}, your acknowledgement ends in ${spoken(line.until - line.at)}. Keep it with /incident ack.`;
    case 'AcknowledgementFell':
      return fallen(line);
    case 'CommandTaken':
      return `${line.by.name} took command${line.from === null ? '' : ` from ${line.from.name}`}.`;
    case 'Closed':
      return `${line.by.name} closed the incident${line.firing ? ' while it was firing' : ''}${line.reason === '' ? '.' : `: ${fullStop(line.reason)}`}`;
    case 'RunbookChosen':
      return `${line.by.name} chose the runbook ${line.title}: ${fullStop(line.reason)}`;
    case 'DeedRefused':
    case 'RefusalsNoticed':
      return refusedSentence(line);
    case 'DiagnosisAsked':
    case 'Diagnosed':
      return diagnosisSentence(line);
    case 'EffectGivenUp':
      return fullStop(`Gave up ${line.effect}: ${line.why}`);
    default:
      return 'order' in line ? runSentence(line) : stepSentence(line);
  }
}

function fallen({ why, by }: Extract<Line, { type: 'AcknowledgementFell' }>): string {
  const nobody = 'Nobody holds this incident.';
  switch (why) {
    case 'incident over':
      return `The acknowledgement by ${by.name} ended with the incident.`;
    case 'let go':
      return `${by.name} does not hold it in PagerDuty any more. ${nobody}`;
    case 'put down':
      return `${by.name} let go of it. ${nobody}`;
    case 'lease ended':
      return `The acknowledgement by ${by.name} ended. ${nobody}`;
    case 'severity rose':
      return `The severity is above what ${by.name} acknowledged. ${nobody}`;
  }
}

/** One line of the walk through a runbook as one sentence. */
function stepSentence(line: Exclude<StepLine, { type: 'RunbookChosen' }>): string {
  const says = 'says' in line && line.says !== '' ? `: ${fullStop(line.says)}` : '.';
  switch (line.type) {
    case 'StepBegun':
      return `${line.by.name} runs "${line.title}".`;
    case 'CheckAnswered':
      return line.of === 'verify'
        ? `The proof of "${line.title}" ${line.passed ? 'holds' : 'does not hold'}${says}`
        : `"${line.title}" ${line.passed ? 'passed' : 'failed'}${says}`;
    case 'AskedAgain':
      return line.of === 'verify'
        ? `Asking again whether "${line.title}" helped (attempt ${line.attempt}).`
        : `Asking "${line.title}" again (attempt ${line.attempt}).`;
    case 'ProofBegun':
      return `"${line.title}" is done; proving that it helped.`;
    case 'StepFailed':
      return `"${line.title}" failed${says} Somebody must decide: retry, skip, or go to another step.`;
    case 'StepEnded':
      return line.result === 'failed'
        ? `"${line.title}" failed${says}`
        : `"${line.title}" ${line.result} by ${line.by.name}${says}`;
    case 'StepAssigned':
      return `${line.to.name}, "${line.title}" is yours (asked by ${line.by.name}).`;
    case 'StepWaits':
      return line.to === null
        ? `"${line.title}" still waits.`
        : `${line.to.name}, "${line.title}" still waits for you.`;
    case 'PageAsked':
      return `"${line.title}" failed: paging level ${line.level}.`;
    case 'RunbookEntered':
      return `The runbook goes on with ${line.title}.`;
    case 'RunbookEnded':
      return `The runbook ${line.title} is at its end.`;
  }
}
