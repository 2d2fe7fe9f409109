/** What the configuration decides about incidents, in the form that the core reads. Built by `config/`, frozen, passed in. */
import type { AccessRules } from '../access/rules.ts';
import type { Automation } from '../access/automation.ts';
import type { Limits } from '../access/limits.ts';
import type { Target } from '../action/action.ts';
import type { CalendarOf } from '../escalation/calendar.ts';
import type { Policy } from '../escalation/policy.ts';
import type { Runbook } from '../runbook/runbook.ts';
import type { Able } from './facts.ts';
import type { Duration, Severity } from './incident.ts';

/** One label matcher in Alertmanager's syntax; the regular expression is compiled (and anchored) by `config/`. */
export interface Matcher {
  readonly label: string;
  readonly sign: '=' | '!=' | '=~' | '!~';
  /** As written, for error messages and cards: `severity=~"high|critical"`. */
  readonly text: string;
  /** Whether a label value satisfies it. A missing label is the empty string, as in Alertmanager. */
  readonly test: (value: string) => boolean;
}

/** How a severity is read from labels. */
export interface SeverityRules {
  /** Label names in order; the first one present decides. */
  readonly from: readonly string[];
  /** Label value → severity; `ignore` means the alert never enters an incident. */
  readonly map: Readonly<Record<string, Severity | 'ignore'>>;
  /** For a missing label or an unmapped value. */
  readonly default: Severity | 'ignore';
}

/** Clock rules of an incident; copied into it when it opens, so a reload never bends one in flight. */
export interface IncidentRules {
  /** Firing again within this long after the end re-opens the same incident. */
  readonly reopenWithin: Duration;
  /** All-clear must last this long before the incident counts as resolved. */
  readonly recoverHold: Duration;
  /** `transitions` changes between firing and clear within `within` make the hold `hold`. */
  readonly flapping: { readonly transitions: number; readonly within: Duration; readonly hold: Duration };
}

/** The thing users run; labels choose it by its matchers and nothing else ever does. */
export interface Service {
  readonly name: string;
  /** All must match. */
  readonly match: readonly Matcher[];
  readonly environment: string | null;
  /** The channel that hears of its incidents, and the user group whose members are invited to their channels. */
  readonly slack: { readonly channel: string | null; readonly group: string | null };
  /**
   * What runbooks may refer to as `{{service.…}}`: `name`, and where configured `environment`, `target`
   * (`cluster/namespace/kind/name`) and `health_url`. Copied into an incident when it opens.
   */
  readonly facts: Readonly<Record<string, string>>;
  /** The workload behind it; null when actions on it are not set up. */
  readonly target: Target | null;
  readonly automation: Automation;
  readonly limits: Limits;
  /** Where the ends of logs may be shown: nowhere, in a thread, or in the incident's channel. */
  readonly logs: 'off' | 'thread' | 'channel';
}

/** First route whose matchers all match decides the policy; the last route has no matcher. */
export interface Route {
  readonly match: readonly Matcher[];
  readonly policy: string;
}

/** Everything the core needs from the configuration. */
export interface Rules {
  /** SHA-256 of the configuration file, stored with every incident that it opened. */
  readonly hash: string;
  readonly severities: SeverityRules;
  readonly incidents: IncidentRules;
  /** More than `groups` new alert groups of one source within `within` are rolled up under one incident. */
  readonly storm: { readonly groups: number; readonly within: Duration };
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly policies: Readonly<Record<string, Policy>>;
  /** Compiles quiet times, also those of policies that incidents keep. */
  readonly calendarOf: CalendarOf;
  /** Who may do what, and when. */
  readonly access: AccessRules;
  /** The library. */
  readonly runbooks: readonly Runbook[];
  /** What this configuration makes possible. */
  readonly able: Able;
  /** What PagerDuty calls those whom policies name by id; learnt while Vigie runs, absent where nobody learns. */
  readonly names?: ReadonlyMap<string, string>;
}

type Labels = Readonly<Record<string, string>>;

/** Whether every matcher accepts the labels; true for none. */
export const matches = (match: readonly Matcher[], labels: Labels): boolean =>
  match.every((matcher) => matcher.test(labels[matcher.label] ?? ''));

/** The severity that labels stand for. */
export function severityOf(labels: Labels, rules: SeverityRules): Severity | 'ignore' {
  const name = rules.from.find((label) => labels[label] !== undefined);
  const value = name === undefined ? undefined : labels[name];
  return value !== undefined && Object.hasOwn(rules.map, value) ? (rules.map[value] ?? rules.default) : rules.default;
}

/** The first service, in the order of the configuration, whose matchers accept any of the label sets. */
export const serviceOf = (labelSets: readonly Labels[], services: readonly Service[]): Service | undefined =>
  services.find((service) => labelSets.some((labels) => matches(service.match, labels)));

/** The name of the policy that the first accepting route names. The configuration guarantees an unconditional last route. */
export const policyOf = (labels: Labels, routes: readonly Route[]): string =>
  routes.find((route) => matches(route.match, labels))?.policy ?? 'default';
