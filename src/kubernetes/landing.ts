/** A write that landed: where, when, and how one tells when nobody heard the answer. */
import type { Mark, Plan, RunEvent } from '../action/action.ts';
import { fullStop } from '../access/spoken.ts';
import type { Instant } from '../incident/incident.ts';
import { type Sent, lastOwnWrite } from './journal.ts';
import { type JsonObject, number, object, text } from './json.ts';
import { readMarker } from './marker.ts';
import { hashOf } from './template.ts';
import { line } from './words.ts';

/** Whether the object that is written is the workload itself. */
const isWorkload = ({ object: other }: Plan): boolean => other === null;

/** The mark after an answer: the object as the server has it now. */
export function markOf(plan: Plan, written: JsonObject, date: Instant): Mark {
  if (!isWorkload(plan)) return elsewhere(plan, date);
  return {
    uid: text(written, 'metadata', 'uid'),
    generation: number(written, 'metadata', 'generation') ?? plan.generation,
    templateHash: hashOf(object(written, 'spec', 'template')),
    serverTime: date,
  };
}

/** The mark of what was found later. Others may have written since: what was noted before sending says how it was. */
export function markFound(plan: Plan, found: JsonObject, sent: Sent | null): Mark {
  const date = lastOwnWrite(found) ?? plan.at;
  if (!isWorkload(plan)) return elsewhere(plan, date);
  const now = markOf(plan, found, date);
  if (sent?.open !== true) return now;
  // It landed on the very object that was noted, so this was the next generation.
  return { ...now, generation: Math.min(now.generation, sent.generation + 1), templateHash: sent.expects };
}

/** A pod or an autoscaler was written: the workload is as it was. */
const elsewhere = ({ generation, templateHash, uid }: Plan, serverTime: Instant): Mark => ({
  uid,
  generation,
  templateHash,
  serverTime,
});

/** Whether Vigie wrote the object since, and nobody else's Vigie did. */
export function hasOwnTrace(found: JsonObject, sent: Sent): boolean {
  const last = lastOwnWrite(found);
  const marker = readMarker(found)?.id ?? null;
  return last !== null && (sent.ours === null || last > sent.ours) && (marker === null || marker === sent.marker);
}

/** The event. */
export function landed(at: Instant, run: string, mark: Mark, more: readonly string[]): RunEvent {
  const says = ['the cluster took it', ...more].map(fullStop).join(' ');
  return { type: 'ActionLanded', at, run, mark, says: line(says, 600) };
}
