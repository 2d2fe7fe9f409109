/** What is noted before a write is sent, so that whoever looks later knows that one may have landed. */
import type { Receipts } from '../incident/contracts.ts';
import type { Instant } from '../incident/incident.ts';
import { dig, instant, isObject, type Json, type JsonObject, list, number, parseJson, text } from './json.ts';
import { readMarker } from './marker.ts';
import { fieldManager } from './names.ts';
import { digestOf } from './template.ts';

/** The object as it was when the write was sent. */
export interface Sent {
  readonly resourceVersion: string;
  readonly generation: number;
  /** Hash of the template that the object has once the write has landed. */
  readonly expects: string;
  /** The marker that it had; null for none. */
  readonly marker: string | null;
  /** When Vigie wrote it last, by the server's clock; null for never. */
  readonly ours: Instant | null;
  /** Digest of who had written which of its fields when, status left out. */
  readonly writers: string;
  /** False once it is certain that nothing of ours is under way or has landed. */
  readonly open: boolean;
}

const purposeOf = (run: string): string => `sent:${run}`;

/** Reads the note of a run; null when nothing was ever sent. */
export async function readSent(receipts: Receipts, run: string): Promise<Sent | null> {
  const written = await receipts.get(purposeOf(run));
  if (written === undefined) return null;
  const noted = parseJson(written);
  if (!isObject(noted)) throw new Error(`reading what run ${run} has sent: it is not an object`);
  return {
    resourceVersion: text(noted, 'resourceVersion'),
    generation: number(noted, 'generation') ?? 0,
    expects: text(noted, 'expects'),
    marker: text(noted, 'marker') || null,
    ours: number(noted, 'ours') ?? null,
    writers: text(noted, 'writers'),
    open: dig(noted, 'open') !== false,
  };
}

/** Notes it. It must be kept before the write leaves. */
export const noteSent = (receipts: Receipts, run: string, sent: Sent): Promise<void> =>
  receipts.put(purposeOf(run), JSON.stringify(sent));

/** What is noted of an object. */
export const sentOn = (subject: JsonObject, expects: string): Sent => ({
  resourceVersion: text(subject, 'metadata', 'resourceVersion'),
  generation: number(subject, 'metadata', 'generation') ?? 0,
  expects,
  marker: readMarker(subject)?.id ?? null,
  ours: lastOwnWrite(subject),
  writers: writersOf(subject),
  open: true,
});

function writersOf(subject: JsonObject): string {
  return digestOf(
    list(subject, 'metadata', 'managedFields').filter((entry) => text(entry, 'subresource') !== 'status'),
  );
}

/**
 * Whether the write that was noted can't have landed on this object. It would have replaced the marker. It would have
 * counted up the generation of a workload; of an autoscaler, which has none, it would stand among the writers, or whoever
 * set the bounds back would. Writers are no proof for a workload: who removes a field does not become one.
 */
export function surelyLost(subject: JsonObject, sent: Sent, isWorkload: boolean): boolean {
  if (sent.marker !== null && readMarker(subject)?.id === sent.marker) return true;
  return isWorkload
    ? number(subject, 'metadata', 'generation') === sent.generation
    : sent.writers === writersOf(subject);
}

/** When Vigie wrote an object last, by the server's clock; null when it never did. */
export function lastOwnWrite(subject: Json): Instant | null {
  const own = list(subject, 'metadata', 'managedFields').filter(
    (entry) => text(entry, 'manager') === fieldManager && text(entry, 'subresource') === '',
  );
  const times = own.map((entry) => instant(entry, 'time') ?? 0);
  return times.length === 0 ? null : Math.max(...times);
}
