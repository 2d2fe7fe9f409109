/** The account a sandbox starts with: people, schedules, policies, services, priorities, abilities and tokens. */

/** Somebody with an account. */
export type User = { readonly id: string; readonly name: string; readonly email: string };

/** A schedule, reduced to who has the duty now; null is a gap. */
export type Schedule = { readonly id: string; readonly name: string; readonly onCall: string | null };

/** Whom a level of a policy notifies. */
export type Target = { readonly type: 'user' | 'schedule'; readonly id: string };

/** One level of a policy, and how long it has before the next one. */
export type Level = { readonly id: string; readonly delayMinutes: number; readonly targets: readonly Target[] };

/** An escalation policy. `loops` is how often it begins again after its last level. */
export type Policy = {
  readonly id: string;
  readonly name: string;
  readonly loops: number;
  readonly levels: readonly Level[];
};

/** A service with one Events API v2 integration. Timeouts are seconds; null is never. */
export type Service = {
  readonly id: string;
  readonly name: string;
  /** The id of its escalation policy. */
  readonly policy: string;
  readonly integration: { readonly id: string; readonly key: string };
  readonly urgency: 'high' | 'low' | 'severity_based';
  /** After this an acknowledged incident is triggered again. */
  readonly ackTimeout: number | null;
  /** After this an open incident resolves itself. */
  readonly autoResolveTimeout: number | null;
  readonly status: 'active' | 'disabled';
};

/** A priority; the first of the list is the highest. */
export type Priority = { readonly id: string; readonly name: string };

/**
 * A token. An `account` key may do everything but says nothing about who asks; a `user` key is a person's; an `app` token
 * (Scoped OAuth, sent as Bearer) has scopes.
 */
export type Token = {
  readonly token: string;
  readonly kind: 'account' | 'user' | 'app';
  /** Whose key it is. */
  readonly user?: string;
  readonly readOnly?: boolean;
  /** What an app token may do, such as `incidents.write`. */
  readonly scopes?: readonly string[];
  readonly expired?: boolean;
};

/** Everything a sandbox starts with. */
export type Seed = {
  readonly subdomain: string;
  readonly users: readonly User[];
  readonly schedules: readonly Schedule[];
  readonly policies: readonly Policy[];
  readonly services: readonly Service[];
  readonly priorities: readonly Priority[];
  readonly abilities: readonly string[];
  readonly tokens: readonly Token[];
  /** Signs the deliveries to the app that was given by its URL. */
  readonly webhookSecret: string;
  /**
   * Whether webhooks about incidents made by events name their key. The schema lets it be null and the samples show one;
   * the default is null, because who stores the incident's id copes with both.
   */
  readonly incidentKeys: 'null' | 'shown';
};

/** The scopes that an incident bot needs. */
const botScopes: readonly string[] = [
  ...['abilities.read', 'escalation_policies.read', 'incidents.read', 'incidents.write', 'oncalls.read'],
  ...['priorities.read', 'services.read', 'users.read', 'webhook_subscriptions.read', 'webhook_subscriptions.write'],
];

const levels: readonly Level[] = [
  { id: 'PSHOPL1', delayMinutes: 15, targets: [{ type: 'schedule', id: 'PSHOPCALL' }] },
  { id: 'PSHOPL2', delayMinutes: 30, targets: [{ type: 'user', id: 'PLEAD' }] },
  { id: 'PSHOPL3', delayMinutes: 30, targets: [{ type: 'user', id: 'PCTO' }] },
];

const usual = { urgency: 'high', ackTimeout: 1800, autoResolveTimeout: 14_400, status: 'active' } as const;

/** A shop: Ben is on call for it, Chloé for what it runs on; behind both stand a lead and a CTO. */
export const defaultSeed: Seed = {
  subdomain: 'sandbox',
  users: [
    { id: 'PANA', name: 'Ana Alves', email: 'ana@example.com' },
    { id: 'PBEN', name: 'Ben Brandt', email: 'ben@example.com' },
    { id: 'PCHLOE', name: 'Chloé Colin', email: 'chloe@example.com' },
    { id: 'PLEAD', name: 'Lena Lund', email: 'lena@example.com' },
    { id: 'PCTO', name: 'Theo Tran', email: 'theo@example.com' },
    { id: 'PVIGIE', name: 'Vigie', email: 'vigie@example.com' },
  ],
  schedules: [
    { id: 'PSHOPCALL', name: 'Shop on call', onCall: 'PBEN' },
    { id: 'PINFRACALL', name: 'Infrastructure on call', onCall: 'PCHLOE' },
  ],
  policies: [
    { id: 'PSHOP', name: 'Shop', loops: 1, levels },
    {
      id: 'PINFRA',
      name: 'Infrastructure',
      loops: 0,
      levels: [
        { id: 'PINFRAL1', delayMinutes: 15, targets: [{ type: 'schedule', id: 'PINFRACALL' }] },
        { id: 'PINFRAL2', delayMinutes: 30, targets: [{ type: 'user', id: 'PLEAD' }] },
      ],
    },
  ],
  services: [
    { id: 'PCHECKOUT', name: 'checkout', policy: 'PSHOP', integration: integration('1'), ...usual },
    { id: 'PLEDGER', name: 'ledger', policy: 'PSHOP', integration: integration('2'), ...usual },
    { id: 'PCLUSTER', name: 'cluster', policy: 'PINFRA', integration: integration('3'), ...usual },
  ],
  priorities: ['P1', 'P2', 'P3', 'P4', 'P5'].map((name) => ({ id: `PRIO${name}`, name })),
  abilities: ['coordinated_responding', 'event_rules', 'manage_schedules', 'teams', 'urgencies'],
  tokens: [
    { token: 'sandbox-account-token', kind: 'account' },
    { token: 'sandbox-user-token', kind: 'user', user: 'PVIGIE' },
    { token: 'sandbox-read-only', kind: 'account', readOnly: true },
    { token: 'sandbox-app-token', kind: 'app', scopes: botScopes },
    { token: 'sandbox-expired', kind: 'account', expired: true },
  ],
  webhookSecret: 'sandbox-webhook-secret',
  incidentKeys: 'null',
};

/** An integration whose key has the 32 characters of a real one. */
function integration(digit: string): { readonly id: string; readonly key: string } {
  return { id: `PEVENTS${digit}`, key: `0123456789abcdef0123456789abc00${digit}` };
}
