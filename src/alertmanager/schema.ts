/** The webhook body of Alertmanager, version "4": its schema, and every fault of a body with the path where it stands. */
import { z } from 'zod';
import { offsetOfFault, placeOf } from './json.ts';

/** A fault's text; what is not there at all is called missing. */
const says = (what: string) => ({
  error: (issue: { readonly input?: unknown }) => (issue.input === undefined ? 'missing' : what),
});

const text = z.string(says('not a text'));
const texts = z.record(z.string(), text, says('not a map of texts'));

/** RFC 3339 with 0 to 9 digits of fraction, as Go's `time.Time` is written. `Date.parse` reads all of these, to the millisecond. */
const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const time = z.string(says('not a text')).regex(rfc3339, 'not an RFC 3339 time such as 2026-11-21T01:19:49Z');

/** Sixteen hex digits so far. The check also keeps names like `constructor` from becoming keys. */
const fingerprint = z.string(says('not a text')).regex(/^[0-9a-f]{1,64}$/, 'not a fingerprint in hex digits');

/** The parts of an alert that Vigie reads. Others are accepted and not looked at; the optional ones have an obvious "nothing". */
const alert = z.object(
  {
    status: z.enum(['firing', 'resolved'], says('neither "firing" nor "resolved"')),
    labels: texts,
    annotations: texts.nullish(),
    startsAt: time,
    endsAt: time.nullish(),
    generatorURL: text.nullish(),
    fingerprint,
  },
  says('not an object'),
);

/** What surrounds the alerts; they are read one by one, so that a body full of faults costs no more than its first ten. */
const envelope = z.object(
  {
    version: z.literal('4', says('not "4", the version that Vigie reads')),
    groupKey: text,
    receiver: text,
    groupLabels: texts.nullish(),
    truncatedAlerts: z.int(says('not a whole number')).min(0, 'below zero').nullish(),
    alerts: z.array(z.unknown(), says('not a list')),
  },
  says('not an object'),
);

/** One alert of a body; see Alertmanager's `template.Alert`. */
export type PayloadAlert = z.output<typeof alert>;

/** A body that can be taken in; see Alertmanager's `webhook.Message`, from 0.19 (which brought fingerprints) to 0.34. */
export type Payload = Omit<z.output<typeof envelope>, 'alerts'> & { readonly alerts: readonly PayloadAlert[] };

/** Why a body can never be taken in. Nothing here quotes a value of the body. */
export interface Misfit {
  /** What to do about it. */
  readonly misfit: string;
  /** What is wrong, at most ten, each with its place: `alerts[2].startsAt: missing`. */
  readonly faults: readonly string[];
}

/** Whether a body was found not to fit. */
export const isMisfit = (reading: Payload | Misfit): reading is Misfit => 'misfit' in reading;

const mostFaults = 10;
const unchanged = "Send Alertmanager's own webhook body, version 4, unchanged.";
const replaced =
  "This is not Alertmanager's own webhook body. Remove `payload` from its webhook_configs entry: since Alertmanager 0.32 it replaces the body.";

/** Reads a body. */
export function readPayload(body: string): Payload | Misfit {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { misfit: unchanged, faults: [`${placeOf(body, offsetOfFault(body))}: not JSON`] };
  }
  const around = envelope.safeParse(value);
  const issues = [...(around.error?.issues ?? [])];
  const list = around.data?.alerts ?? valueOf(value, 'alerts');
  const alerts: PayloadAlert[] = [];
  for (const [index, item] of Array.isArray(list) ? list.entries() : []) {
    if (issues.length >= mostFaults) break;
    const read = alert.safeParse(item);
    if (read.success) alerts.push(read.data);
    else for (const issue of read.error.issues) issues.push({ ...issue, path: ['alerts', index, ...issue.path] });
  }
  if (around.success && issues.length === 0) return { ...around.data, alerts };
  const foreign = valueOf(value, 'version') === undefined && valueOf(value, 'groupKey') === undefined;
  return {
    misfit: foreign ? replaced : unchanged,
    faults: issues.slice(0, mostFaults).map(({ path, message }) => `${printPath(path)}: ${message}`),
  };
}

const valueOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

/** A path as people write it, `alerts[2].labels["my label"]`. Keys come from outside: long ones are left out. */
function printPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the body';
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const key = String(step);
      if (/^\w{1,60}$/.test(key)) return index === 0 ? key : `.${key}`;
      return key.length > 60 ? '[…]' : `[${JSON.stringify(key)}]`;
    })
    .join('');
}
