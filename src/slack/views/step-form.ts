/** What the forms about a step share: which step it is, in which incident. */
import type { KnownBlock } from '@slack/types';
import type { Incident } from '../../incident/incident.ts';
import { standingOf } from '../../runbook/advance.ts';
import { expand, scopeOf } from '../../runbook/expand.ts';
import { progressOf } from './runbook.ts';
import { line, plain } from './text.ts';

/** The step at hand in a line; nothing when the walk is over. */
export function aboutStep(incident: Incident): KnownBlock[] {
  const standing = standingOf(incident.walk);
  if (standing === null) return [];
  const title = line(expand(standing.step.title, scopeOf(incident)), 150);
  const about = `Incident ${incident.number}, ${progressOf(standing)}: ${title}`;
  return [{ type: 'section', text: plain(about, 300) }];
}
