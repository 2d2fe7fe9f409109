/** What the inbox says of each alert, in the order in which it was recorded: the model's own reading of decision 5. */
import type { Received } from './observe.ts';

/** What all bodies say of an alert. */
export interface Told {
  /** How often it began: a later start is news, and so is a copy that comes so late that it is believed. */
  readonly began: number;
  /** Whether the last that is known of it is such a copy. */
  readonly believed: boolean;
}

interface State extends Told {
  readonly startsAt: number;
  readonly firing: boolean;
  readonly changedAt: number;
}

type Alert = Readonly<Record<'fingerprint' | 'status' | 'startsAt' | 'endsAt', string>>;

/** Milliseconds after a resolve for which a copy of what is over changes nothing. */
const lateFor = 40_000;

/** Reads all bodies. On a slow machine a copy may well wait for longer than it is taken for one. */
export function received(inbox: readonly Received[]): ReadonlyMap<string, Told> {
  const told = new Map<string, State>();
  for (const { at, body } of inbox) {
    const { alerts } = JSON.parse(body) as { alerts: Alert[] };
    for (const { fingerprint, status, startsAt, endsAt } of alerts) {
      const known = told.get(fingerprint) ?? { began: 0, believed: false, startsAt: 0, firing: false, changedAt: at };
      const starts = Date.parse(startsAt);
      const next = status === 'firing' ? fire(known, starts, at) : end(known, starts, Date.parse(endsAt), at);
      told.set(fingerprint, next);
    }
  }
  return told;
}

function fire(known: State, startsAt: number, at: number): State {
  const isLater = startsAt > known.startsAt;
  const believed = !isLater && !known.firing && at - known.changedAt > lateFor;
  if (!isLater && !believed) return known;
  const began = known.began + 1;
  return { began, believed, startsAt: Math.max(startsAt, known.startsAt), firing: true, changedAt: at };
}

/** The end of an older episode must be later than this one began; an alert's own end always counts. */
function end(known: State, startsAt: number, endsAt: number, at: number): State {
  const ends = known.firing ? startsAt >= known.startsAt || endsAt > known.startsAt : startsAt > known.startsAt;
  if (!ends) return known;
  return { ...known, believed: false, startsAt: Math.max(startsAt, known.startsAt), firing: false, changedAt: at };
}
