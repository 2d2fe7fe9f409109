/** What decides about escalation, in the form that `src/escalation` and the PagerDuty room read. */
import type { Fallback, LevelDeed, Policy, QuietTime } from '../../escalation/policy.ts';
import { record } from '../record.ts';
import type { FileValues } from '../schema.ts';
import type { Secret } from '../secret.ts';
import type { regions } from './schema.ts';

/** Where a service pages. */
export interface PagerDutyEntry {
  /** Integration key of Events v2. */
  readonly routingKey: Secret;
  /** Ids in PagerDuty, for what goes by REST; null when they are not written. */
  readonly service: string | null;
  readonly escalationPolicy: string | null;
}

/** The PagerDuty account. */
export interface PagerDutyConfig {
  /** For REST; null when there is none, and then handovers and look-ups are left out. */
  readonly apiToken: Secret | null;
  /** E-mail address of the PagerDuty user in whose name REST writes. */
  readonly from: string | null;
  /** Any of them signs a webhook; none when webhooks are not set up. */
  readonly webhookSecrets: readonly Secret[];
  readonly region: (typeof regions)[number];
  /** Where incidents page whose service has no entry; null when there is none. */
  readonly default: PagerDutyEntry | null;
  /** By name of service. */
  readonly services: Readonly<Record<string, PagerDutyEntry>>;
}

/** What belongs to policies, and is not copied into incidents. */
export interface EscalationConfig {
  /**
   * The secrets of fallbacks, by reference. What an incident keeps is looked up here and nowhere else: a forged one could
   * name any secret there is.
   */
  readonly secrets: Readonly<Record<string, Secret>>;
}

type FilePolicy = FileValues['policies'][string];
type FileEntry = NonNullable<FileValues['services'][string]['pagerduty']>;

/** The account of a checked file; null when it says nothing about PagerDuty. */
export function buildPagerDuty({ pagerduty, services }: FileValues): PagerDutyConfig | null {
  const entries = Object.entries(services).flatMap(([name, service]) =>
    service.pagerduty === undefined ? [] : [[name, buildEntry(service.pagerduty)] as const],
  );
  if (pagerduty === undefined && entries.length === 0) return null;
  return {
    apiToken: pagerduty?.api_token ?? null,
    from: pagerduty?.from ?? null,
    webhookSecrets: pagerduty?.webhook_secrets ?? [],
    region: pagerduty?.region ?? 'us',
    default: pagerduty?.default === undefined ? null : buildEntry(pagerduty.default),
    services: record(entries),
  };
}

const buildEntry = ({ routing_key, service, escalation_policy }: FileEntry): PagerDutyEntry => ({
  routingKey: routing_key,
  service: service ?? null,
  escalationPolicy: escalation_policy ?? null,
});

/** The policies of a checked file. */
export const buildPolicies = ({ policies, timezone }: FileValues): Readonly<Record<string, Policy>> =>
  record(Object.entries(policies).map(([name, policy]) => [name, buildPolicy(name, policy, timezone)]));

/** What belongs to the policies of a checked file. */
export function buildEscalation(values: FileValues): EscalationConfig {
  const secrets = Object.values(values.policies).flatMap(({ fallback }) =>
    fallback.flatMap(({ pagerduty, webhook }) => [pagerduty?.routing_key ?? [], webhook?.url ?? []].flat()),
  );
  return { secrets: record(secrets.map((secret) => [secret.ref, secret])) };
}

function buildPolicy(name: string, written: FilePolicy, timezone: string): Policy {
  const { levels = [], repeat = null, ack, quiet, confirm, fallback } = written;
  return {
    name,
    levels: levels.map(({ id, name: title, at, do: deeds, leave_early }) => ({
      id,
      name: title ?? id,
      at,
      do: deeds.flatMap(buildDeed),
      leaveEarly: leave_early ?? null,
    })),
    repeat,
    ack: { lease: ack.lease, remindBefore: ack.remind_before, onExpiry: ack.on_expiry },
    quiet: quiet.map(buildQuiet),
    timezone,
    confirm: confirm?.pagerduty ?? null,
    fallback: fallback.flatMap(buildFallback),
  };
}

type FileDeed = NonNullable<FilePolicy['levels']>[number]['do'][number];

function buildDeed({ slack, automation, pagerduty }: FileDeed): readonly LevelDeed[] {
  if (slack !== undefined) return [{ kind: 'slack', mention: slack.mention ?? null }];
  if (automation !== undefined) {
    return [{ kind: 'automation', deadline: automation.deadline, verifyWithin: automation.verify_within }];
  }
  if (pagerduty === undefined) return [];
  const { service = 'incident', responders = [], escalation_policy } = pagerduty;
  return [
    {
      kind: 'pagerduty',
      service,
      responders: responders.flatMap(({ user, escalation_policy: id }) => [
        ...(user === undefined ? [] : [{ is: 'user', id: user } as const]),
        ...(id === undefined ? [] : [{ is: 'escalation_policy', id } as const]),
      ]),
      escalationPolicy: escalation_policy ?? null,
    },
  ];
}

const buildQuiet = ({ days, from, to, severities }: FilePolicy['quiet'][number]): QuietTime => ({
  days,
  from,
  to,
  severities,
});

function buildFallback({ pagerduty, slack, webhook }: FilePolicy['fallback'][number]): readonly Fallback[] {
  if (pagerduty !== undefined) return [{ kind: 'pagerduty', routingKey: pagerduty.routing_key.ref }];
  if (slack !== undefined) return [{ kind: 'slack', channel: slack.channel, mention: slack.mention ?? null }];
  return webhook === undefined ? [] : [{ kind: 'webhook', url: webhook.url.ref }];
}
