/** The shape of escalation in vigie.yaml: policies with their levels, PagerDuty's account, and where services page. */
import { z } from 'zod';
import { expiries, mostRepeats } from '../../escalation/policy.ts';
import { readEndpoint } from '../address.ts';
import { readDuration } from '../duration.ts';
import { list, read } from '../read.ts';
import { quote, ValueFault } from '../fault.ts';
import { readReference } from '../secret.ts';
import { readOneOf, readSlackId, readText, readWhole } from '../values.ts';
import {
  readAddress,
  readBeginning,
  readEvery,
  readLevelId,
  readLoudMention,
  readMention,
  readPagerDutyId,
  readQuietable,
  readStart,
  readTime,
  readWeekday,
} from './values.ts';

/** Defaults that the rules between keys need as well. */
export const ackDefaults = { lease: '30m', remind_before: '5m' } as const;

/** Where PagerDuty is asked. */
export const regions = ['us', 'eu'] as const;

type Env = NodeJS.ProcessEnv;

const duration = (example: string) => read(z.string(), readDuration).meta({ example });
const text = (example: string) => read(z.string(), readText).meta({ example });

/** A secret whose reference is proved to lead somewhere. */
const secret = (env: Env, example: string) =>
  read(z.string(), (ref) => {
    const found = readReference(ref, env);
    found.reveal();
    return found;
  }).meta({ example });

/** An address that is a secret: whoever knows it may page. */
const secretAddress = (env: Env) =>
  read(z.string(), (ref) => {
    const found = readReference(ref, env);
    const value = found.reveal();
    try {
      readEndpoint(value);
    } catch (cause) {
      if (!(cause instanceof ValueFault)) throw cause;
      throw new ValueFault(`what ${quote(ref)} holds can't be used: ${cause.problem}`, cause.remedy, { cause });
    }
    return found;
  }).meta({ example: 'env:SECOND_PAGER' });

const pagerDutyId = (what: string, example: string) => read(z.string(), readPagerDutyId(what)).meta({ example });

/** Where a service pages: an integration key, and what the handover by REST needs. */
const entry = (env: Env) =>
  z.strictObject({
    routing_key: secret(env, 'env:PD_KEY_SHOP'),
    service: pagerDutyId('the id of a PagerDuty service', 'PSVC123').optional(),
    escalation_policy: pagerDutyId('the id of a PagerDuty escalation policy', 'PPOL123').optional(),
  });

/** The keys of the file around PagerDuty. */
export const pagerduty = (env: Env) =>
  z.strictObject({
    api_token: secret(env, 'env:PD_TOKEN').optional(),
    from: read(z.string(), readAddress).meta({ example: 'vigie@example.com' }).optional(),
    webhook_secrets: list(secret(env, 'env:PD_HOOK')).optional(),
    region: read(z.string(), readOneOf(regions, 'a region of PagerDuty')).meta({ example: 'us' }).prefault('us'),
    default: entry(env).optional(),
    priorities: priorities().optional(),
  });

/** What PagerDuty calls the priority of an incident, by its severity here. */
function priorities() {
  const name = text('P1').optional();
  return z
    .strictObject({ critical: name, high: name, warning: name, info: name })
    .meta({ example: { critical: 'P1' } });
}

/** The key of a service around PagerDuty. */
export const servicePagerDuty = (env: Env) =>
  entry(env)
    .meta({ example: { routing_key: 'env:PD_KEY_SHOP' } })
    .optional();

/** A policy. */
export function policy(env: Env) {
  return z.strictObject({
    levels: list(level()).optional(),
    repeat: z
      .strictObject({
        from: text('L2'),
        every: read(z.string(), readEvery).meta({ example: '30m' }),
        times: read(z.number(), readWhole(1, mostRepeats)).meta({ example: 3 }),
      })
      .optional(),
    ack: z
      .strictObject({
        lease: duration('30m').prefault(ackDefaults.lease),
        remind_before: duration('5m').prefault(ackDefaults.remind_before),
        on_expiry: read(z.string(), readOneOf(expiries, 'what follows a lease'))
          .meta({ example: 'resume' })
          .prefault('resume'),
      })
      .prefault({}),
    quiet: z.array(quiet()).prefault([]),
    confirm: z.strictObject({ pagerduty: duration('2m') }).optional(),
    fallback: z.array(fallback(env)).prefault([]),
  });
}

function level() {
  return z
    .strictObject({
      id: read(z.string(), readLevelId).meta({ example: 'L1' }),
      name: text('on-call').optional(),
      at: read(z.string(), readStart).meta({ example: '15m' }),
      do: list(deed()).meta({ example: [{ pagerduty: {} }] }),
      leave_early: read(z.string(), readOneOf(['no_automation_or_failed'] as const, 'a reason to leave early'))
        .meta({ example: 'no_automation_or_failed' })
        .optional(),
    })
    .meta({ example: { id: 'L1', at: '0m', do: [{ slack: { mention: 'group' } }] } });
}

const who = () => read(z.string(), readSlackId('SUW', 'the id of a Slack user or user group'));

/** A word, or a list of Slack ids. Not a union: its issues would tell of both, where one is meant. */
function mention<W>(reader: (word: string) => W, example: string) {
  const word = read(z.string(), reader);
  const ids = list(who());
  return z
    .unknown()
    .transform((value, context): W | readonly string[] => {
      const result = Array.isArray(value) ? ids.safeParse(value) : word.safeParse(value);
      if (result.success) return result.data;
      for (const issue of result.error.issues) context.addIssue({ ...issue });
      return z.NEVER;
    })
    .meta({ example });
}

/** One of the keys. That it is one and only one, `relations.ts` checks. */
function deed() {
  const user = pagerDutyId('the id of a PagerDuty user', 'PLEAD');
  const policyId = pagerDutyId('the id of a PagerDuty escalation policy', 'PPOL123');
  return z
    .strictObject({
      slack: z.strictObject({ mention: mention(readMention, 'oncall').optional() }).optional(),
      automation: z
        .strictObject({ deadline: duration('60s').prefault('60s'), verify_within: duration('10m').prefault('10m') })
        .optional(),
      pagerduty: z
        .strictObject({
          service: text('default').optional(),
          responders: list(
            z
              .strictObject({ user: user.optional(), escalation_policy: policyId.optional() })
              .meta({ example: { user: 'PLEAD' } }),
          ).optional(),
          escalation_policy: policyId.optional(),
        })
        .optional(),
    })
    .meta({ example: { pagerduty: {} } });
}

function quiet() {
  return z
    .strictObject({
      days: list(read(z.string(), readWeekday)).meta({ example: ['sat', 'sun'] }),
      from: read(z.string(), readBeginning).meta({ example: '22:00' }),
      to: read(z.string(), readTime).meta({ example: '24:00' }),
      severities: list(read(z.string(), readQuietable)).meta({ example: ['high'] }),
    })
    .meta({ example: { days: ['sat', 'sun'], from: '00:00', to: '24:00', severities: ['high'] } });
}

/** One of the keys, as in a deed. */
function fallback(env: Env) {
  return z
    .strictObject({
      pagerduty: z.strictObject({ routing_key: secret(env, 'env:PD_KEY_2') }).optional(),
      slack: z
        .strictObject({
          channel: read(z.string(), readSlackId('CG', 'the id of a Slack channel')).meta({ example: 'C0INCIDENTS' }),
          mention: mention(readLoudMention, 'channel').optional(),
        })
        .optional(),
      webhook: z.strictObject({ url: secretAddress(env) }).optional(),
    })
    .meta({ example: { slack: { channel: 'C0INCIDENTS', mention: 'channel' } } });
}
