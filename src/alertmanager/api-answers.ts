/** What Alertmanager's API v2 answers, from 0.25 to 0.34: schemas, and the plain form that the room works with. */
import { z } from 'zod';
import type { Instant } from '../incident/incident.ts';

const text = z.string();
const texts = z.record(text, text);

/** Whatever `Date.parse` reads, which is all that Go writes. The API tells milliseconds, a webhook nanoseconds. */
const time = text.transform((written, context): Instant => {
  const instant = Date.parse(written);
  if (Number.isFinite(instant)) return instant;
  context.issues.push({ code: 'custom', message: 'not a time', input: written });
  return z.NEVER;
});

const alert = z
  .object({
    fingerprint: text.regex(/^[0-9a-f]{1,64}$/, 'not a fingerprint in hex digits'),
    labels: texts,
    startsAt: time,
    updatedAt: time,
    status: z.object({
      state: text,
      silencedBy: z.array(text).nullish(),
      inhibitedBy: z.array(text).nullish(),
      // Since 0.28; before, mute time intervals can't be seen from outside.
      mutedBy: z.array(text).nullish(),
    }),
  })
  .transform(({ status, ...rest }) => ({
    ...rest,
    // `unprocessed`: it fires, and nobody has looked yet whether anything hides it.
    decided: status.state !== 'unprocessed',
    silencedBy: status.silencedBy ?? [],
    inhibitedBy: status.inhibitedBy ?? [],
    timedBy: status.mutedBy ?? [],
  }));

const matcher = z
  .object({ name: text, value: text, isRegex: z.boolean().nullish(), isEqual: z.boolean().nullish() })
  .transform(({ name, value, isRegex, isEqual }) => ({
    ...{ name, value },
    isRegex: isRegex ?? false,
    // Missing before 0.22, where every matcher was an equal one.
    isEqual: isEqual ?? true,
  }));

const silence = z
  .object({
    id: text,
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
    startsAt: text,
    endsAt: time,
    createdBy: text.nullish(),
    comment: text.nullish(),
    // Nothing stands here when newer versions keep several sets elsewhere; such a silence is not ours.
    matchers: z.array(matcher).nullish(),
  })
  .transform(({ status, createdBy, comment, matchers, ...rest }) => ({
    ...rest,
    state: status.state,
    createdBy: createdBy ?? '',
    comment: comment ?? '',
    matchers: matchers ?? [],
  }));

const status = z
  .object({
    uptime: time,
    cluster: z.object({ status: text }),
    versionInfo: z.object({ version: text }),
  })
  // The rest is left out: up to 0.25 the configuration in it shows the addresses of webhooks, tokens included.
  .transform(({ uptime, cluster, versionInfo }) => ({
    startedAt: uptime,
    settling: cluster.status === 'settling',
    version: versionInfo.version,
  }));

/** One schema an answer. */
export const answers = {
  alerts: z.array(alert),
  silence,
  silences: z.array(silence),
  status,
  posted: z.object({ silenceID: text.min(1) }),
} as const;

/**
 * An alert that Alertmanager lists, which means that it fires: resolved ones are not listed. Its `endsAt` is left out
 * because it lies in the future here, when it would end if nobody told of it again, and is compared with no clock of ours.
 */
export type ApiAlert = z.output<typeof alert>;

/** A silence; `startsAt` is as it was written, because an extension must repeat it. Expired ones are kept for days. */
export type ApiSilence = z.output<typeof silence>;

/** A matcher as the API takes it. */
export type ApiMatcher = z.output<typeof matcher>;

/** What a process says of itself. */
export type ApiStatus = z.output<typeof status>;
