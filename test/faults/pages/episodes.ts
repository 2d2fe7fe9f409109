/** The stories of a scene: each episode of each incident, what its policy's clock showed, whom it called, and what came of that. */
import { createHash } from 'node:crypto';
import type { Line } from '../../../src/incident/event.ts';
import type { Incident, Severity } from '../../../src/incident/incident.ts';
import { isPagerEffect } from '../../../src/incident/pager.ts';
import type { PagerLine } from '../../../src/incident/pager-lines.ts';
import type { Observation, OutboxRow } from '../observe.ts';
import type { Theirs } from './scene.ts';

/** A call of levels, and what the clock of the policy showed: the time that the incident was nobody's. */
export interface Called extends Omit<Extract<PagerLine, { type: 'LevelsCalled' }>, 'type'> {
  readonly shown: number;
  readonly severity: Severity;
  /** Whether somebody had it. */
  readonly held: boolean;
  /** Rises of the severity to one that pages: each begins the policy anew. */
  readonly round: number;
}

/** One stretch of an incident. */
export interface Episode {
  readonly incident: Incident;
  readonly episode: number;
  /** The dedup key that all its pages must have. */
  readonly key: string;
  readonly lines: readonly Line[];
  readonly calls: readonly Called[];
  /** What the clock shows at its end. */
  readonly shown: number;
  readonly severity: Severity;
  readonly round: number;
  /** When it began and stopped to be nobody's; null for until now. */
  readonly free: readonly { readonly from: number; readonly to: number | null }[];
  /** Pages that were not needed any more, and whether the incident was nobody's all the same. */
  readonly needless: readonly { readonly page: string; readonly free: boolean }[];
  /** Resolved or closed. */
  readonly over: boolean;
  /** Somebody had it at its end, or the alerts were gone. */
  readonly rests: boolean;
  /** Effects of this episode that PagerDuty was to perform. */
  readonly rows: readonly OutboxRow[];
  /** What PagerDuty made of it. */
  readonly theirs: readonly Theirs[];
}

interface State {
  readonly episode: number;
  readonly firing: boolean;
  readonly held: boolean;
  readonly over: boolean;
  readonly severity: Severity;
  readonly shown: number;
  /** Since when the clock runs; null while it rests. */
  readonly since: number | null;
  readonly round: number;
}

/** Tells the stories. */
export function episodesOf({ observation, theirs }: Pick<Told, 'observation' | 'theirs'>): readonly Episode[] {
  const { at, incidents, outbox } = observation;
  return incidents.flatMap(({ incident, timeline }) => {
    const own = outbox.filter((row) => row.incident === incident.number);
    return tell(
      timeline.map(({ line }) => line),
      at,
    ).map(({ state, lines, calls, free, needless, episode }): Episode => {
      const key = keyOf(incident, episode);
      const title = `Incident ${incident.number} (`;
      return {
        ...{ incident, episode, key, lines, calls, free, needless },
        ...{ shown: state.shown, severity: state.severity, round: state.round, over: state.over },
        rests: state.held || !state.firing,
        rows: own.filter(({ effect }) => isPagerEffect(effect) && effect.dedupKey === key),
        theirs: theirs.filter((each) => each.key === key && each.title.startsWith(title)),
      };
    });
  });
}

interface Told {
  readonly observation: Observation;
  readonly theirs: readonly Theirs[];
}

/** The first episode's is that of the alert group, so that it is one with Alertmanager's own page. */
const keyOf = (incident: Incident, episode: number): string =>
  episode === 1 ? firstKey(incident) : `vigie-${incident.number}-${episode}`;

function firstKey({ number, alerts }: Incident): string {
  const family = Object.values(alerts)[0]?.labels['family'];
  if (family === undefined) return `vigie-${number}-1`;
  return createHash('sha256').update(`{}:{family="${family}"}`).digest('hex');
}

interface Stretch {
  readonly episode: number;
  readonly lines: Line[];
  readonly calls: Called[];
  readonly free: { readonly from: number; readonly to: number | null }[];
  readonly needless: { readonly page: string; readonly free: boolean }[];
  state: State;
}

const begun = (line: Line, state: State): Stretch => ({
  ...{ episode: state.episode, lines: [line], calls: [], state },
  free: state.since === null ? [] : [{ from: state.since, to: null }],
  needless: [],
});

const fresh = (episode: number, severity: Severity, held: boolean, at: number): State => ({
  ...{ episode, firing: true, held, over: false, severity, shown: 0, since: held ? null : at, round: 0 },
});

/** Reads a timeline with a small model of its own: when the clock of a policy runs, and what it shows. */
function tell(lines: readonly Line[], end: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const line of lines) {
    const last = stretches.at(-1);
    if (line.type === 'Opened') {
      stretches.push(begun(line, fresh(1, line.severity, false, line.at)));
      continue;
    }
    if (last === undefined) continue;
    if (line.type === 'Reopened') {
      const { severity, held } = last.state;
      stretches.push(begun(line, fresh(line.episode, severity, held, line.at)));
      continue;
    }
    last.lines.push(line);
    if (line.type === 'LevelsCalled') {
      const { severity, held, round, since } = last.state;
      const shown = shownAt(last.state, line.at);
      last.calls.push({ ...line, shown, severity, held, round });
      // Whoever was called was called: that the alert had ended before, heard of late, does not turn the clock back.
      last.state = { ...last.state, shown, since: since === null ? null : Math.max(since, line.at) };
    } else step(last, line);
  }
  for (const [index, stretch] of stretches.entries()) {
    if (index === stretches.length - 1) stretch.state = { ...stretch.state, shown: shownAt(stretch.state, end) };
  }
  return stretches;
}

function step(stretch: Stretch, line: Line): void {
  const { since } = stretch.state;
  if (line.type === 'PageFailed' && !line.needed) stretch.needless.push({ page: line.page, free: since !== null });
  stretch.state = after(stretch.state, line);
  const { since: now } = stretch.state;
  if (since === null && now !== null) stretch.free.push({ from: now, to: null });
  const open = stretch.free.at(-1);
  if (since !== null && now === null && open !== undefined) stretch.free.splice(-1, 1, { ...open, to: line.at });
}

const shownAt = ({ shown, since }: State, at: number): number =>
  since === null ? shown : shown + Math.max(0, at - since);

/** The state after a line. */
function after(state: State, line: Line): State {
  switch (line.type) {
    case 'Cleared':
      return moved(state, { firing: false }, line.at);
    case 'FiredAgain':
      return moved(state, { firing: true }, line.at);
    case 'Acknowledged':
      return moved(state, { held: true }, line.at);
    case 'AcknowledgementFell':
      return moved(state, { held: false }, line.at);
    case 'Resolved':
    case 'Closed':
      return moved(state, { firing: false, over: true, held: line.type === 'Resolved' && state.held }, line.at);
    case 'Offered':
      // The clock waits until whoever had it last was asked.
      return { ...state, since: line.until };
    case 'SeverityRose': {
      const first = !pages(state.severity) && pages(line.to);
      const same = { ...state, severity: line.to };
      if (!first) return same;
      return { ...same, shown: 0, since: state.since === null ? null : line.at, round: state.round + 1 };
    }
    default:
      return state;
  }
}

function moved(state: State, change: Partial<State>, at: number): State {
  const next = { ...state, ...change };
  const runs = next.firing && !next.held && !next.over;
  if (runs === (state.since !== null)) return next;
  return runs ? { ...next, since: at } : { ...next, shown: shownAt(state, at), since: null };
}

/** Whether a severity wakes anybody through PagerDuty. */
export const pages = (severity: Severity): boolean => severity === 'critical' || severity === 'high';
