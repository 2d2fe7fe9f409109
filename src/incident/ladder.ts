/** The ladder: how long an incident that pages has been nobody's. Levels and their pages climb it. */
import { isAbove, phaseOf } from './incident.ts';
import type { Duration, Incident, Instant, Ladder } from './incident.ts';

/** Whether an incident's severity pages at all; warnings stay in Slack. */
export const pages = (incident: Pick<Incident, 'severity'>): boolean => isAbove(incident.severity, 'warning');

/** How much unheld time the ladder has counted by `at`. */
export const elapsedOf = (ladder: Ladder, at: Instant): Duration =>
  ladder.is === 'running' ? ladder.elapsed + Math.max(0, at - ladder.since) : ladder.is === 'held' ? ladder.elapsed : 0;

/** The ladder that follows from an incident's phase: it runs while nobody holds the incident, and freezes otherwise. */
export function ladderAfter(incident: Incident, at: Instant): Ladder {
  const { ladder } = incident;
  if (!pages(incident)) return { is: 'idle' };
  const level = ladder.is === 'running' || ladder.is === 'held' ? ladder.level : 0;
  switch (phaseOf(incident)) {
    case 'resolved':
    case 'closed':
      return { is: 'idle' };
    case 'acknowledged':
    case 'recovering':
    case 'suppressed':
      return ladder.is === 'exhausted' ? ladder : { is: 'held', level, elapsed: elapsedOf(ladder, at) };
    case 'triggered':
      return ladder.is === 'running' || ladder.is === 'exhausted'
        ? ladder
        : { is: 'running', level, elapsed: elapsedOf(ladder, at), since: at };
  }
}
